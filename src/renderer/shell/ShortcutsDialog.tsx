import { Modal } from '@mantine/core'
import { actions, closeDialog } from '../state/index.ts'
import { keyWords } from './palette-entries.ts'
import styles from './ShortcutsDialog.module.css'

interface Shortcut {
  readonly keys: string
  readonly does: string
}

const ofRegistry = (
  group: readonly { readonly label: string; readonly keys?: string }[],
): readonly Shortcut[] =>
  group.flatMap(({ keys, label }) => (keys === undefined ? [] : [{ keys: keyWords(keys), does: label }]))

const groups: readonly { readonly title: string; readonly shortcuts: readonly Shortcut[] }[] = [
  { title: 'Everywhere', shortcuts: ofRegistry(actions.app) },
  { title: 'On a VM, or on those selected in the fleet', shortcuts: ofRegistry(actions.vms) },
  { title: 'On a migration', shortcuts: ofRegistry(actions.migration) },
  {
    title: 'On the charts of a VM',
    shortcuts: [
      { keys: ', .', does: 'Tell the trigger or migration before, after' },
      { keys: '← →', does: 'Earlier, later' },
      { keys: '+ −', does: 'Closer, further' },
      { keys: '0', does: 'Follow the present' },
      { keys: 't h d w', does: 'Ten minutes, an hour, a day, a week' },
    ],
  },
  {
    title: 'In the fleet',
    shortcuts: [
      { keys: '/', does: 'Filter' },
      { keys: '↑ ↓ PgUp PgDn Home End', does: 'Move the mark' },
      { keys: '← →', does: 'Close and open a pool or host' },
      { keys: 'Enter', does: 'Open' },
      { keys: 'Space', does: 'Select or unselect the VM' },
      { keys: 'Ctrl+A', does: 'Select all VMs shown' },
      { keys: 'Esc', does: 'Clear the filter, unselect, close' },
    ],
  },
]

/** Every key there is, told by the actions themselves. */
export const ShortcutsDialog = () => (
  <Modal opened onClose={closeDialog} title="Keyboard shortcuts" size={640}>
    <div className={styles.groups}>
      {groups
        .filter(({ shortcuts }) => shortcuts.length > 0)
        .map(({ title, shortcuts }) => (
          <section key={title}>
            <h3 className={styles.title}>{title}</h3>
            <dl className={styles.list}>
              {shortcuts.map(({ keys, does }) => (
                <div key={keys} className={styles.row}>
                  <dt>
                    <kbd>{keys}</kbd>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
    </div>
  </Modal>
)
