import { TextInput } from '@mantine/core'
import type { ComponentProps } from 'react'
import styles from './ConnectionForm.module.css'

/** The pass-phrase of the file of passwords: twice where the file begins with it. */
export const PassPhraseFields = ({
  isNew,
  field,
}: {
  readonly isNew: boolean
  readonly field: (part: 'passPhrase' | 'passPhraseAgain') => ComponentProps<typeof TextInput>
}) => (
  <div className={styles.fields}>
    <TextInput
      label={isNew ? 'New pass-phrase' : 'Pass-phrase of the file'}
      type="password"
      {...field('passPhrase')}
      autoComplete="new-password"
    />
    {isNew && (
      <TextInput
        label="The same again"
        type="password"
        {...field('passPhraseAgain')}
        autoComplete="new-password"
      />
    )}
  </div>
)
