import { useStore } from 'zustand'
import { gestures } from '../../commands/gestures.ts'
import { isMacPlatform, shownWords } from '../../commands/key-chord.ts'
import { useCommandRegistry } from '../../commands/use-commands.ts'
import { useStores } from '../../stores/stores.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Caps, Kbd } from '../../ui/kbd.tsx'
import styles from './commands.module.css'
import { text } from './text.ts'

/** The keys in force, by group, and what the pointer does. Made of the commands themselves, so it cannot be out of date. */
export function ShortcutSheet() {
  const { dialogs } = useStores()
  const isOpen = useStore(dialogs, (state) => state.open?.kind === 'shortcuts')
  const commands = useStore(useCommandRegistry().store)
  const groups = Object.entries(
    Object.groupBy(
      commands.filter(({ keys, inSheet }) => keys && keys.length > 0 && inSheet !== false),
      ({ group }) => group,
    ),
  )
  const scopes = new Set(['global', ...commands.map(({ scope }) => scope)])
  const shownGestures = gestures.filter(({ scope }) => scopes.has(scope))
  return (
    <Dialog
      open={isOpen}
      onOpenChange={() => dialogs.close()}
      title={text.sheet}
      description={text.sheetHelp}
      size="large"
    >
      <div className={styles.sheet}>
        <section>
          <h3>{text.pointer}</h3>
          <dl>
            {shownGestures.map(({ title, ways }) => (
              <div key={title}>
                <dt>{title}</dt>
                <dd>
                  {ways.map((way) => (
                    <Caps key={way} words={shownWords(way, isMacPlatform())} />
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </section>
        {groups.map(([group, members]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {members?.map((command) => (
                <div key={command.id}>
                  <dt>{command.title}</dt>
                  <dd>
                    {command.keys?.map((keys) => (
                      <Kbd key={keys} keys={keys} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
