import type { AppClient, AppContract } from '../../shared/contract/index.ts'
import { type FailureReport, reportOf } from '../../shared/failure.ts'
import { connect } from '../../shared/rpc/client.ts'
import type { Pipe } from '../../shared/rpc/pipe.ts'
import { linkStore } from './link-store.ts'
import { reconnectDelayMs } from './reconnect-delay.ts'
import { startFeeds } from './start-feeds.ts'

/**
 * Opens the pipe, feeds the stores from it, and opens it again with growing pauses whenever it closes. Returns what ends
 * all of it.
 */
export const keepConnected = (openPipe: () => Promise<Pipe> | Pipe): (() => void) => {
  let isStopped = false
  let attempt = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let client: AppClient | undefined
  let stopFeeds: (() => void) | undefined

  const retry = (failure: FailureReport | null) => {
    if (isStopped) return
    const delayMs = reconnectDelayMs(attempt)
    attempt++
    const now = Date.now()
    linkStore.setState(
      before => ({
        state: 'closed',
        sinceMs: before.state === 'open' ? now : before.sinceMs,
        client: null,
        retryAtMs: now + delayMs,
        failure,
      }),
      true,
    )
    timer = setTimeout(() => void open(), delayMs)
  }

  const open = async (): Promise<void> => {
    try {
      const opened = connect<AppContract>(await openPipe())
      if (isStopped) return opened.close()
      client = opened
      attempt = 0
      stopFeeds = startFeeds(opened)
      linkStore.setState({ state: 'open', sinceMs: Date.now(), client: opened }, true)
      await opened.closed
      stopFeeds()
      client = undefined
      retry(null)
    } catch (error) {
      retry(
        reportOf(error, {
          code: 'unreachable',
          what: 'This window cannot reach Longshore',
          remedy: 'It is tried again by itself; if it stays so, start Longshore again.',
        }),
      )
    }
  }

  void open()
  return () => {
    isStopped = true
    clearTimeout(timer)
    stopFeeds?.()
    client?.close()
  }
}
