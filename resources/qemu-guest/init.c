/*
 * The only program of a lab guest. It fills most of the guest's memory with pages that know what they hold, writes to
 * them as it is told, checks every page it touches, and prints a heartbeat on the first serial port.
 *
 * Told by its arguments, and at any time by a line on the serial port:
 *   workload PATTERN WORKING_SET_MIB PAGES_PER_SECOND [ON_SECONDS OFF_SECONDS [BYTES_PER_WRITE]]
 *   stop      stops writing
 *   verify    checks every page and answers "verified PAGES BAD"
 * PATTERN is uniform, hot (90 % of writes to 10 % of pages), zipf, sequential or idle.
 *
 * Tells:
 *   ready PAGES                 once, when memory is filled
 *   hb SEQUENCE GUEST_NS WRITES BAD   every 10 ms
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { PAGE_BYTES = 4096, HEADER_WORDS = 4, PAGE_WORDS = PAGE_BYTES / 8 };
enum { BEAT_NS = 10000000, TICK_NS = 1000000, DEFAULT_BYTES = 64 };
#define SECOND_NS 1000000000ull
/* What the kernel and this program keep for themselves. */
#define SPARE_BYTES (40ull << 20)
#define MAGIC 0x4c4f4e4753484f52ull

enum pattern { IDLE, UNIFORM, HOT, ZIPF, SEQUENTIAL, PATTERNS };
static const char *const pattern_names[PATTERNS] = {"idle", "uniform", "hot", "zipf", "sequential"};

struct workload {
    enum pattern pattern;
    uint64_t pages;
    uint64_t pages_per_second;
    double on_seconds, off_seconds; /* both 0: always on */
    unsigned bytes_per_write;
};

/* The first words of each page; the words after them, `words` in all, follow from them. */
struct page {
    uint64_t magic, index, version, words;
    uint64_t body[PAGE_WORDS - HEADER_WORDS];
};

static struct page *pages;
/* What each page should hold: its version, kept apart from it so that a page that went back in time is noticed. */
static uint32_t *versions;
static uint64_t page_count;

static int serial;
static atomic_ullong writes, bad;
static atomic_int verify_asked;
static pthread_mutex_t workload_lock = PTHREAD_MUTEX_INITIALIZER;
static struct workload workload = {.pattern = IDLE, .bytes_per_write = DEFAULT_BYTES};
static atomic_uint workload_number;

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * SECOND_NS + (uint64_t)t.tv_nsec;
}

static void sleep_until(uint64_t ns) {
    struct timespec t = {.tv_sec = (time_t)(ns / SECOND_NS), .tv_nsec = (long)(ns % SECOND_NS)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) {
    }
}

/* Never waits: a listener that does not read costs lines, not time. */
static void tell(const char *line, int length) {
    if (write(serial, line, (size_t)length) < 0) return;
}

static uint64_t body_word(uint64_t index, uint64_t version, unsigned at) {
    return MAGIC ^ index * 0x9e3779b97f4a7c15ull ^ version << 20 ^ at;
}

static void write_page(uint64_t index, unsigned bytes) {
    struct page *page = &pages[index];
    unsigned body = bytes > 8 * HEADER_WORDS ? (bytes - 8 * HEADER_WORDS) / 8 : 0;
    page->magic = MAGIC;
    page->index = index;
    page->version = ++versions[index];
    page->words = body;
    for (unsigned at = 0; at < body; at++) page->body[at] = body_word(index, page->version, at);
}

static int is_intact(uint64_t index) {
    const struct page *page = &pages[index];
    if (page->magic != MAGIC || page->index != index || page->version != versions[index]) return 0;
    if (page->words > PAGE_WORDS - HEADER_WORDS) return 0;
    for (unsigned at = 0; at < page->words; at++)
        if (page->body[at] != body_word(index, page->version, at)) return 0;
    return 1;
}

static uint64_t random_word(void) {
    static uint64_t state = 0x2545f4914f6cdd1dull;
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * 0x2545f4914f6cdd1dull;
}

static double random_unit(void) { return (double)(random_word() >> 11) / 9007199254740992.0; }

static uint64_t choose_page(const struct workload *w) {
    static uint64_t next;
    uint64_t hot = w->pages / 10 ? w->pages / 10 : 1;
    switch (w->pattern) {
    case HOT:
        return random_word() % 10 ? random_word() % hot : random_word() % w->pages;
    case ZIPF: {
        /* Zipf's law with exponent 1; a large prime scatters the ranks over the working set. */
        uint64_t rank = (uint64_t)exp(random_unit() * log((double)w->pages + 1)) - 1;
        return rank * 2654435761ull % w->pages;
    }
    case SEQUENTIAL:
        return next++ % w->pages;
    default:
        return random_word() % w->pages;
    }
}

static void touch(const struct workload *w) {
    uint64_t index = choose_page(w);
    if (!is_intact(index)) bad++;
    write_page(index, w->bytes_per_write);
    writes++;
}

static void verify(void) {
    char line[64];
    uint64_t found = 0;
    for (uint64_t index = 0; index < page_count; index++) found += !is_intact(index);
    bad += found;
    tell(line, snprintf(line, sizeof line, "verified %llu %llu\n", (unsigned long long)page_count,
                        (unsigned long long)found));
}

static int is_on(const struct workload *w, uint64_t since_ns) {
    double period = w->on_seconds + w->off_seconds;
    return w->pattern != IDLE &&
           (period <= 0 || fmod((double)since_ns / (double)SECOND_NS, period) < w->on_seconds);
}

/* Writes at the asked pace, tick by tick. What a pause of the VM left undone is not made up for. */
static void work(void) {
    unsigned number = 0;
    struct workload w = {0};
    uint64_t started = now_ns(), last = started;
    double due = 0;
    for (;;) {
        if (number != workload_number) {
            pthread_mutex_lock(&workload_lock);
            w = workload;
            number = workload_number;
            pthread_mutex_unlock(&workload_lock);
            started = last = now_ns();
            due = 0;
        }
        if (atomic_exchange(&verify_asked, 0)) verify();
        uint64_t now = now_ns();
        double most = (double)w.pages_per_second / 10;
        due += (double)w.pages_per_second * (double)(now - last) / (double)SECOND_NS;
        if (due > most) due = most;
        last = now;
        if (is_on(&w, now - started))
            for (; due >= 1; due--) touch(&w);
        else
            due = 0;
        sleep_until(now + TICK_NS);
    }
}

static void *beat(void *unused) {
    char line[96];
    uint64_t next = now_ns();
    for (unsigned long long sequence = 1;; sequence++) {
        next += BEAT_NS;
        uint64_t now = now_ns();
        if (now > next + SECOND_NS) next = now;
        sleep_until(next);
        tell(line, snprintf(line, sizeof line, "hb %llu %llu %llu %llu\n", sequence,
                            (unsigned long long)now_ns(), (unsigned long long)writes, (unsigned long long)bad));
    }
    return unused;
}

static void set_workload(struct workload w) {
    if (w.pages > page_count) w.pages = page_count;
    if (w.pages == 0) w.pattern = IDLE;
    if (w.bytes_per_write == 0) w.bytes_per_write = DEFAULT_BYTES;
    if (w.bytes_per_write > PAGE_BYTES) w.bytes_per_write = PAGE_BYTES;
    pthread_mutex_lock(&workload_lock);
    workload = w;
    workload_number++;
    pthread_mutex_unlock(&workload_lock);
}

static void obey(const char *line) {
    char name[16];
    unsigned long long mib = 0, rate = 0;
    struct workload w = {.bytes_per_write = DEFAULT_BYTES};
    if (strcmp(line, "stop") == 0) {
        set_workload(w);
    } else if (strcmp(line, "verify") == 0) {
        verify_asked = 1;
    } else if (sscanf(line, "workload %15s %llu %llu %lf %lf %u", name, &mib, &rate, &w.on_seconds,
                      &w.off_seconds, &w.bytes_per_write) >= 1) {
        while (w.pattern < PATTERNS && strcmp(name, pattern_names[w.pattern]) != 0) w.pattern++;
        if (w.pattern == PATTERNS) return;
        w.pages = (mib << 20) / PAGE_BYTES;
        w.pages_per_second = rate;
        set_workload(w);
    }
}

static void *listen_for_orders(void *unused) {
    char line[128];
    size_t length = 0;
    struct pollfd input = {.fd = serial, .events = POLLIN};
    while (poll(&input, 1, -1) >= 0 || errno == EINTR) {
        char c;
        while (read(serial, &c, 1) == 1) {
            if (c == '\n' || c == '\r') {
                line[length] = '\0';
                obey(line);
                length = 0;
            } else if (length < sizeof line - 1) {
                line[length++] = c;
            }
        }
    }
    return unused;
}

static void open_serial(void) {
    struct termios raw;
    mkdir("/dev", 0755);
    mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
    serial = open("/dev/ttyS0", O_RDWR | O_NOCTTY | O_NONBLOCK);
    tcgetattr(serial, &raw);
    cfmakeraw(&raw);
    cfsetspeed(&raw, B115200);
    tcsetattr(serial, TCSANOW, &raw);
}

static void *memory(uint64_t bytes) {
    void *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    return start == MAP_FAILED ? NULL : start;
}

/* Fills what memory there is, so that all of it has to be moved. */
static void fill_memory(void) {
    struct sysinfo info;
    sysinfo(&info);
    uint64_t free_bytes = (uint64_t)info.freeram * info.mem_unit;
    page_count = (free_bytes > SPARE_BYTES ? free_bytes - SPARE_BYTES : 0) / (PAGE_BYTES + sizeof *versions);
    pages = memory(page_count * PAGE_BYTES);
    versions = memory(page_count * sizeof *versions);
    if (pages == NULL || versions == NULL) page_count = 0;
    for (uint64_t index = 0; index < page_count; index++) write_page(index, DEFAULT_BYTES);
}

static void start_thread(void *(*run)(void *), int priority) {
    pthread_t thread;
    pthread_attr_t attributes;
    struct sched_param parameters = {.sched_priority = priority};
    pthread_attr_init(&attributes);
    if (priority > 0) {
        pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
        pthread_attr_setschedpolicy(&attributes, SCHED_FIFO);
        pthread_attr_setschedparam(&attributes, &parameters);
    }
    pthread_create(&thread, &attributes, run, NULL);
}

int main(int count, char **words) {
    char line[128] = "workload";
    open_serial();
    fill_memory();
    for (int at = 1; at < count; at++) {
        strncat(line, " ", sizeof line - strlen(line) - 1);
        strncat(line, words[at], sizeof line - strlen(line) - 1);
    }
    obey(line);
    tell(line, snprintf(line, sizeof line, "ready %llu\n", (unsigned long long)page_count));
    start_thread(beat, 50);
    start_thread(listen_for_orders, 0);
    work();
}
