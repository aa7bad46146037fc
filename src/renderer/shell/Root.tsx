import '@mantine/core/styles.css'
import '../theme.css'
import { MantineProvider } from '@mantine/core'
import { useScheme } from '../state/index.ts'
import { theme } from '../theme.ts'
import { Shell } from './Shell.tsx'

/** The whole window, themed. */
export const Root = () => {
  const scheme = useScheme()
  return (
    <MantineProvider
      theme={theme}
      forceColorScheme={scheme}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <Shell />
    </MantineProvider>
  )
}
