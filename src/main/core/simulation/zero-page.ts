/** Bytes a page of zeros costs on the link: its number and a mark, no content (guess, near Xen's and QEMU's headers). */
export const ZERO_PAGE_BYTES = 16
