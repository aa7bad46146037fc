import {
  Button,
  createTheme,
  Menu,
  Modal,
  NativeSelect,
  Popover,
  SegmentedControl,
  TextInput,
  Tooltip,
} from '@mantine/core'

/**
 * Mantine as this console wears it: 13 px, square-ish, still. The colours and sizes themselves are custom properties in
 * theme.css, so that no style element has to be made while the application runs (strict content security policy).
 */
export const theme = createTheme({
  fontFamily: 'var(--ls-font)',
  defaultRadius: 'xs',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Button: Button.extend({ defaultProps: { size: 'xs', variant: 'default' } }),
    Menu: Menu.extend({
      defaultProps: { transitionProps: { duration: 0 }, shadow: 'md', position: 'bottom-end' },
    }),
    Modal: Modal.extend({
      defaultProps: {
        transitionProps: { duration: 0 },
        // Locking the scroll adds a style element; the frame does not scroll anyway.
        lockScroll: false,
        centered: false,
        yOffset: 96,
        closeButtonProps: { 'aria-label': 'Close' },
      },
    }),
    NativeSelect: NativeSelect.extend({ defaultProps: { size: 'xs' } }),
    Popover: Popover.extend({ defaultProps: { transitionProps: { duration: 0 }, shadow: 'md' } }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { size: 'xs', transitionDuration: 0 } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'xs' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, transitionProps: { duration: 0 } } }),
  },
})
