import { iconPaths } from './icon-paths.ts'

export type IconName = keyof typeof iconPaths

/** One of our few line icons; it repeats a word beside it or the label of its button, so it is hidden from readers. */
export const Icon = ({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) => (
  <svg
    aria-hidden="true"
    width={size}
    height={size}
    viewBox="0 0 20 20"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.6"
    strokeLinecap="round"
    strokeLinejoin="round"
  >
    <path d={iconPaths[name]} />
  </svg>
)
