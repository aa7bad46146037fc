/** The line icons by name, each in a box of 20 x 20. */
export const iconPaths = {
  fleet: 'M3 4h14v5H3zM3 11h14v5H3zM6 6.5h.01M6 13.5h.01',
  migrations: 'M3 7h11M11 4l3 3-3 3M17 13H6M9 10l-3 3 3 3',
  decisions: 'M10 3v5M10 8L5 13v4M10 8l5 5v4M3.5 17h3M13.5 17h3',
  settings: 'M3 6h8M15 6h2M3 14h2M9 14h8M11 4v4M15 4v4H11V4zM5 12v4h4v-4z',
  search: 'M9 4a5 5 0 1 0 0 10a5 5 0 1 0 0-10M13 13l4 4',
  chevron: 'M7 4l6 6-6 6',
  down: 'M5 8l5 5 5-5',
  stop: 'M6.5 2.5h7l4 4v7l-4 4h-7l-4-4v-7zM7 10h6',
  resume: 'M6 4l10 6-10 6z',
  sun: 'M10 6.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7M10 2v2M10 16v2M2 10h2M16 10h2M4.5 4.5l1.4 1.4M14.1 14.1l1.4 1.4M4.5 15.5l1.4-1.4M14.1 5.9l1.4-1.4',
  moon: 'M16 12A7 7 0 0 1 8 4a6.5 6.5 0 1 0 8 8z',
  system: 'M3 4h14v9H3zM7 16.5h6M10 13v3.5',
  close: 'M5 5l10 10M15 5L5 15',
  panel: 'M3 4h14v12H3zM12.5 4v12',
  columns: 'M3 4h14v12H3zM8 4v12M12.5 4v12',
} as const
