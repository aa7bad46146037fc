import { Button, type ButtonProps, Tooltip } from '@mantine/core'

interface Props extends Pick<ButtonProps, 'className' | 'color' | 'variant' | 'size'> {
  readonly children: string
  /** Why it cannot be used now, as one sentence; null when it can. */
  readonly disabledBecause: string | null
  readonly onClick: () => void
}

/** A button that, while disabled, stays within reach of keyboard and pointer and says why. */
export const ReasonedButton = ({ children, disabledBecause, onClick, ...look }: Props) => {
  const isDisabled = disabledBecause !== null
  return (
    <Tooltip
      label={disabledBecause}
      disabled={!isDisabled}
      multiline
      maw={320}
      events={{ hover: true, focus: true, touch: true }}
    >
      <Button
        {...look}
        size={look.size ?? 'xs'}
        {...(isDisabled
          ? { 'data-disabled': true, 'aria-disabled': true, 'aria-description': disabledBecause }
          : { onClick })}
      >
        {children}
      </Button>
    </Tooltip>
  )
}
