import { CloseButton } from '@mantine/core'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { dismissToast, type Toast, toastStore } from '../state/index.ts'
import styles from './Toasts.module.css'

const DONE_MS = 5_000

const One = ({ toast }: { readonly toast: Toast }) => {
  const { id, tone, message, remedy } = toast
  useEffect(() => {
    // A failure stays until it is read.
    if (tone === 'failed') return
    const timer = setTimeout(() => dismissToast(id), DONE_MS)
    return () => clearTimeout(timer)
  }, [id, tone])
  return (
    <li className={styles.toast} data-tone={tone} role={tone === 'failed' ? 'alert' : 'status'}>
      <span className={styles.text}>
        {tone === 'failed' && <b>Failed. </b>}
        {message} {remedy && <span className={styles.remedy}>{remedy}</span>}
      </span>
      <CloseButton size="sm" aria-label="Dismiss" onClick={() => dismissToast(id)} />
    </li>
  )
}

/** Answers to what the operator did, at the foot of the window. */
export const Toasts = () => {
  const toasts = useStore(toastStore, s => s.toasts)
  return (
    <ul className={styles.toasts}>
      {toasts.map(toast => (
        <One key={toast.id} toast={toast} />
      ))}
    </ul>
  )
}
