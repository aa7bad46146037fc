/** What a live round left dirty, in words: `1 page is left`. */
export const pagesLeft = (pages: number): string =>
  pages === 1 ? '1 page is left' : `${pages} pages are left`
