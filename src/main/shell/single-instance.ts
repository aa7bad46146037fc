import { app } from 'electron'

/** Whether this is the only Longshore of this user; a second one brings the first to the front by `onSecond`. */
export const claimSingleInstance = (onSecond: () => void): boolean => {
  if (!app.requestSingleInstanceLock()) return false
  app.on('second-instance', onSecond)
  return true
}
