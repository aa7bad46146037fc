/*
 * Counts the stores of a guest, page by page: a plugin of QEMU's emulator (TCG), for QEMU 8.2 and later.
 *
 *   gcc -O2 -shared -fPIC -o page-heat.so page-heat.c
 *   qemu-system-x86_64 ... -plugin ./page-heat.so,counts=/run/qemu/alpha/web-1.heat,memory=268435456
 *
 * The file is mapped and shared. Whoever reads it twice knows which pages were stored to in between, with the same
 * value too. What devices write past the processor is not seen.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What is used of QEMU's plugin interface: its header is in no package of Debian. */
typedef uint64_t qemu_plugin_id_t;
typedef uint32_t qemu_plugin_meminfo_t;
struct qemu_info;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_hwaddr;
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };
enum qemu_plugin_mem_rw { QEMU_PLUGIN_MEM_W = 2 };
typedef void (*tb_trans_cb)(qemu_plugin_id_t, struct qemu_plugin_tb *);
typedef void (*mem_cb)(unsigned int, qemu_plugin_meminfo_t, uint64_t, void *);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, tb_trans_cb);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *, mem_cb, enum qemu_plugin_cb_flags,
                                      enum qemu_plugin_mem_rw, void *);
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(qemu_plugin_meminfo_t, uint64_t);
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *);
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *);

#define EXPORTED __attribute__((visibility("default")))

EXPORTED int qemu_plugin_version = 2;

#define PAGE_BITS 12
#define FOUR_GIB (UINT64_C(1) << 32)
/* So much memory the machine type pc has below 4 GiB where it has more than fits there. */
#define DEFAULT_LOW (UINT64_C(3) << 30)

struct counts {
    char magic[8];
    uint64_t pages;
    uint32_t stores[];
};

static struct counts *counts;
static uint64_t low_bytes = DEFAULT_LOW;

/*
 * Where an address lies in guest memory as it is sent: what is above the hole under 4 GiB follows what is below. What
 * lies in the hole, such as video memory, is no memory of the guest.
 */
static uint64_t page_of(uint64_t physical)
{
    if (physical >= low_bytes && physical < FOUR_GIB)
        return UINT64_MAX;
    return (physical < FOUR_GIB ? physical : physical - FOUR_GIB + low_bytes) >> PAGE_BITS;
}

static void on_store(unsigned int vcpu, qemu_plugin_meminfo_t info, uint64_t address, void *unused)
{
    const struct qemu_plugin_hwaddr *where = qemu_plugin_get_hwaddr(info, address);
    if (where == NULL || qemu_plugin_hwaddr_is_io(where))
        return;
    uint64_t page = page_of(qemu_plugin_hwaddr_phys_addr(where));
    if (page >= counts->pages)
        return;
    /* Two processors may lose one of two counts; that the page was stored to is not lost. */
    uint32_t stores = __atomic_load_n(&counts->stores[page], __ATOMIC_RELAXED);
    __atomic_store_n(&counts->stores[page], stores + 1, __ATOMIC_RELAXED);
    (void)vcpu;
    (void)unused;
}

static void on_translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    size_t length = qemu_plugin_tb_n_insns(block);
    for (size_t i = 0; i < length; i++)
        qemu_plugin_register_vcpu_mem_cb(qemu_plugin_tb_get_insn(block, i), on_store, QEMU_PLUGIN_CB_NO_REGS,
                                         QEMU_PLUGIN_MEM_W, NULL);
    (void)id;
}

/* Makes the file anew, so that no reader takes an earlier guest's for it. */
static int map_counts(const char *path, uint64_t memory_bytes)
{
    uint64_t pages = memory_bytes >> PAGE_BITS;
    size_t bytes = sizeof(struct counts) + pages * sizeof(uint32_t);
    unlink(path);
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, (off_t)bytes) != 0)
        return -1;
    counts = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (counts == MAP_FAILED)
        return -1;
    counts->pages = pages;
    memcpy(counts->magic, "PAGEHEAT", sizeof counts->magic);
    return 0;
}

EXPORTED int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
    const char *path = NULL;
    uint64_t memory_bytes = 0;
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "counts=", 7) == 0)
            path = argv[i] + 7;
        else if (strncmp(argv[i], "memory=", 7) == 0)
            memory_bytes = strtoull(argv[i] + 7, NULL, 10);
        else if (strncmp(argv[i], "low=", 4) == 0)
            low_bytes = strtoull(argv[i] + 4, NULL, 10);
    }
    if (path == NULL || memory_bytes == 0) {
        fprintf(stderr, "page-heat: give counts=PATH and memory=BYTES, the size of the guest's memory\n");
        return -1;
    }
    if (map_counts(path, memory_bytes) != 0) {
        fprintf(stderr, "page-heat: %s cannot be made: %s\n", path, strerror(errno));
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translated);
    (void)info;
    return 0;
}
