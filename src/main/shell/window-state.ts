import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { makeFolder } from '../adapters/system/make-folder.ts'

const bounds = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
})
const windowState = z.object({ bounds, maximized: z.boolean() })

/** Screen rectangle in device-independent pixels. */
export type Bounds = Readonly<z.infer<typeof bounds>>
export type WindowState = Readonly<z.infer<typeof windowState>>

export const minimumSize = { width: 960, height: 600 } as const
const firstSize = { width: 1440, height: 900 } as const
/** So much of a window must be on some display for it to be found and moved. */
const graspable = { width: 200, height: 100 } as const

const fileIn = (dataDir: string) => path.join(dataDir, 'window.json')

/** How the window was left; undefined at the first start and when the file makes no sense. */
export const readWindowState = (dataDir: string): WindowState | undefined => {
  try {
    return windowState.safeParse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8'))).data
  } catch {
    return undefined
  }
}

/** Synchronous, because it is the window's last act; throws where the folder cannot be written. */
export const writeWindowState = (dataDir: string, state: WindowState): void => {
  makeFolder(dataDir)
  writeFileSync(fileIn(dataDir), JSON.stringify(state))
}

const overlap = (start: number, size: number, otherStart: number, otherSize: number): number =>
  Math.min(start + size, otherStart + otherSize) - Math.max(start, otherStart)

/** Where to open the window: as it was left if that can still be seen and grasped on some display, else centred. */
export const placeWindow = (
  state: WindowState | undefined,
  displays: readonly Bounds[],
): { readonly width: number; readonly height: number; readonly x?: number; readonly y?: number } => {
  if (!state) return firstSize
  const { x, y, ...size } = state.bounds
  const width = Math.max(size.width, minimumSize.width)
  const height = Math.max(size.height, minimumSize.height)
  const isSeen = displays.some(
    display =>
      overlap(x, width, display.x, display.width) >= graspable.width &&
      overlap(y, height, display.y, display.height) >= graspable.height &&
      // The title bar, by which it is moved, is at the top.
      y >= display.y,
  )
  return isSeen ? { x, y, width, height } : { width, height }
}
