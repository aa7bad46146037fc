import { type SecretPlace, type SecretsState, secretPlaces } from '../../../shared/model/connection.ts'
import styles from './ConnectionForm.module.css'
import { placeMeaning, placeWords } from './secret-words.ts'

/** Where the password is to be kept, each way with what it means. */
export const KeepChoice = (props: {
  readonly value: SecretPlace
  readonly secrets: SecretsState
  readonly onChange: (place: SecretPlace) => void
}) => (
  <fieldset className={styles.keep}>
    <legend>Keep the password</legend>
    {secretPlaces.map(place => {
      const isMissing = place === 'os' && !props.secrets.os
      return (
        <label key={place} className={styles.place} data-missing={isMissing || undefined}>
          <input
            type="radio"
            name="keep"
            value={place}
            checked={props.value === place}
            disabled={isMissing}
            onChange={() => props.onChange(place)}
          />
          <span>
            {placeWords[place]}
            <span className={styles.meaning}>{placeMeaning(place, props.secrets)}</span>
          </span>
        </label>
      )
    })}
  </fieldset>
)
