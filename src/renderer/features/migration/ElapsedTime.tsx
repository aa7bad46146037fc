import { useEffect, useRef } from 'react'
import { formatElapsed } from './format-elapsed.ts'
import styles from './migration.module.css'

interface Props {
  readonly elapsedMs: () => number
  readonly isLive: boolean
}

/** Time since the start, written ten times a second outside React while it runs. */
export const ElapsedTime = ({ elapsedMs, isLive }: Props) => {
  const output = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    const write = () => {
      const text = formatElapsed(elapsedMs())
      if (output.current && output.current.textContent !== text) output.current.textContent = text
    }
    write()
    const timer = isLive ? setInterval(write, 100) : undefined
    return () => clearInterval(timer)
  }, [elapsedMs, isLive])
  return <span ref={output} className={styles.elapsed} role="timer" aria-label="Elapsed" />
}
