import { createStore } from 'zustand/vanilla'
import type { FailureReport } from '../../shared/failure.ts'

/** The answer to something the operator did; nothing else may raise one. */
export interface Toast {
  readonly id: number
  readonly tone: 'done' | 'refused' | 'failed'
  readonly message: string
  readonly remedy: string | null
}

export const toastStore = createStore<{ readonly toasts: readonly Toast[] }>(() => ({ toasts: [] }))

let lastId = 0

const raise = (toast: Omit<Toast, 'id'>): void => {
  lastId++
  const next = { id: lastId, ...toast }
  toastStore.setState(({ toasts }) => ({ toasts: [...toasts.slice(-3), next] }))
}

export const toastDone = (message: string): void => raise({ tone: 'done', message, remedy: null })

/** Why something that was asked for by its key cannot be done now. */
export const toastRefused = (reason: string): void =>
  raise({ tone: 'refused', message: reason, remedy: null })

export const toastFailed = ({ message, remedy }: FailureReport): void =>
  raise({ tone: 'failed', message, remedy })

export const dismissToast = (id: number): void =>
  toastStore.setState(({ toasts }) => ({ toasts: toasts.filter(t => t.id !== id) }))
