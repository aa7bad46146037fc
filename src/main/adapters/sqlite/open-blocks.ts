import { blockOf } from './sample-block.ts'
import { CODES_PER_SAMPLE } from './sample-codes.ts'
import type { NumberedSamples } from './sample-journal.ts'
import { SampleBuffer, type SampleRows } from './sample-rows.ts'

export interface OpenBlock {
  readonly vm: number
  readonly block: number
  readonly rows: SampleRows
}

/** Samples that are in the journal and not yet in blocks, by VM and block. */
export class OpenBlocks {
  private readonly buffers = new Map<number, Map<number, SampleBuffer>>()
  private readonly newest = new Map<number, number>()
  private newestOfAll = Number.NEGATIVE_INFINITY

  add(samples: NumberedSamples): void {
    for (let row = 0; row < samples.atMs.length; row++) {
      const vm = samples.vms[row] ?? 0
      const block = blockOf(samples.atMs[row] ?? 0)
      this.bufferOf(vm, block).put(samples, row)
      if (block > (this.newest.get(vm) ?? Number.NEGATIVE_INFINITY)) this.newest.set(vm, block)
      if (block > this.newestOfAll) this.newestOfAll = block
    }
  }

  rowsOf(vm: number, block: number): SampleRows | undefined {
    return this.buffers.get(vm)?.get(block)?.rows()
  }

  /** Numbers of the blocks of one VM, in no order. */
  blocksOf(vm: number): readonly number[] {
    return [...(this.buffers.get(vm)?.keys() ?? [])]
  }

  /**
   * Up to `limit` blocks that are over: their VM has begun a newer one, or (a VM that reports no more) others are
   * two blocks ahead.
   */
  over(limit: number): readonly OpenBlock[] {
    const found: OpenBlock[] = []
    for (const [vm, blocks] of this.buffers) {
      const end = Math.max(this.newest.get(vm) ?? 0, this.newestOfAll - 1)
      for (const [block, buffer] of blocks) {
        if (block < end) found.push({ vm, block, rows: buffer.rows() })
        if (found.length === limit) return found
      }
    }
    return found
  }

  remove(vm: number, block: number): void {
    const blocks = this.buffers.get(vm)
    blocks?.delete(block)
    if (blocks?.size !== 0) return
    this.buffers.delete(vm)
    this.newest.delete(vm)
  }

  /** Everything in here, as one. */
  all(): NumberedSamples {
    const parts = [...this.buffers].flatMap(([vm, blocks]) =>
      [...blocks.values()].map(buffer => ({ vm, rows: buffer.rows() })),
    )
    const count = parts.reduce((sum, part) => sum + part.rows.atMs.length, 0)
    const atMs = new Float64Array(count)
    const vms = new Uint32Array(count)
    const codes = new Uint16Array(count * CODES_PER_SAMPLE)
    let row = 0
    for (const { vm, rows } of parts) {
      atMs.set(rows.atMs, row)
      vms.fill(vm, row, row + rows.atMs.length)
      codes.set(rows.codes, row * CODES_PER_SAMPLE)
      row += rows.atMs.length
    }
    return { atMs, vms, codes }
  }

  private bufferOf(vm: number, block: number): SampleBuffer {
    let blocks = this.buffers.get(vm)
    if (!blocks) {
      blocks = new Map()
      this.buffers.set(vm, blocks)
    }
    let buffer = blocks.get(block)
    if (!buffer) {
      buffer = new SampleBuffer()
      blocks.set(block, buffer)
    }
    return buffer
  }
}
