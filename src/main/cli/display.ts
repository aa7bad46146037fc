/** Whether a window can be shown here. */
export const hasDisplay = (): boolean => {
  const { env, platform } = process
  return platform !== 'linux' || (env.DISPLAY ?? '') !== '' || (env.WAYLAND_DISPLAY ?? '') !== ''
}

/** Chromium's sandbox refuses to run for root on Linux. */
export const isLinuxRoot = (): boolean => process.platform === 'linux' && process.getuid?.() === 0
