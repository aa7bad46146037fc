import { useEffect, useState } from 'react'

/** While mounted, something else holds the focus; afterwards it goes back to where it was, if that is still there. */
export const useReturnFocus = (): void => {
  // Looked up in the first render: by the first effect the focus has moved already.
  const [before] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      const isLost = document.activeElement === null || document.activeElement === document.body
      if (isLost && before instanceof HTMLElement && before.isConnected) before.focus()
    },
    [before],
  )
}
