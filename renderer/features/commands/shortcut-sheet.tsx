import Keyboard from 'lucide-react/icons/keyboard'
import Printer from 'lucide-react/icons/printer'
import { useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { withKeys } from '../../commands/bindings.ts'
import { type CommandScope, commandScopes, type ScopedInfo } from '../../commands/command.ts'
import { gestures, shownWay } from '../../commands/gestures.ts'
import { isMacPlatform } from '../../commands/key-chord.ts'
import { keyLayout } from '../../commands/key-layout.ts'
import { useCatalogue, useCommandRegistry } from '../../commands/use-commands.ts'
import { bindingsOf } from '../../stores/shortcuts.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Caps, Kbd } from '../../ui/kbd.tsx'
import { Switch } from '../../ui/switch.tsx'
import { counted, presetText, scopeText } from '../../ui/text.ts'
import styles from './commands.module.css'
import { text } from './text.ts'

/** The keys in force, by screen, and what the pointer does. Made of the commands themselves, so it cannot be out of date. */
export function ShortcutSheet() {
  const { dialogs, shortcuts } = useStores()
  const isOpen = useStore(dialogs, (state) => state.open?.kind === 'shortcuts')
  const keys = useStore(shortcuts)
  const [allScreens, setAllScreens] = useState(false)
  const here = useStore(useCommandRegistry().store)
  const catalogue = useCatalogue(isOpen)
  const everything = useMemo(
    () => withKeys(catalogue ?? [], bindingsOf(keys), keys.singleKeys),
    [catalogue, keys],
  )
  if (!isOpen) return null
  const shown = everything.length > 0 ? everything : here
  const scopes = commandScopes.filter((scope) =>
    (allScreens ? shown : here).some((command) => command.scope === scope),
  )
  const changed = Object.keys(bindingsOf(keys).changes).length
  return (
    <Dialog
      open
      onOpenChange={() => dialogs.close()}
      title={text.sheet}
      description={
        <>
          {text.sheetHelp}{' '}
          {text.sheetPreset(presetText[keys.preset], changed > 0 ? counted(changed, 'change') : null)}{' '}
          {!keys.singleKeys && text.charactersOff}
        </>
      }
      size="large"
      scrolls
      footer={
        <div className={styles.sheetFoot}>
          <Switch label={text.allScreens} checked={allScreens} onChange={setAllScreens} />
          <Button
            icon={<Keyboard size={15} />}
            onClick={() => dialogs.show({ kind: 'settings', page: 'keyboard' })}
          >
            {text.change}
          </Button>
          <Button icon={<Printer size={15} />} onClick={() => window.print()}>
            {text.print}
          </Button>
        </div>
      }
    >
      <div className={styles.sheet} data-print>
        {scopes.map((scope) => (
          <ScopeKeys key={scope} scope={scope} commands={shown} />
        ))}
      </div>
    </Dialog>
  )
}

function ScopeKeys(props: {
  readonly scope: CommandScope
  readonly commands: readonly Pick<ScopedInfo, 'id' | 'title' | 'group' | 'scope' | 'keys' | 'inSheet'>[]
}) {
  const { scope, commands } = props
  const layout = useStore(keyLayout)
  const groups = Object.entries(
    Object.groupBy(
      commands.filter((each) => each.scope === scope && each.keys?.length && each.inSheet !== false),
      ({ group }) => group,
    ),
  )
  const keyOf = (id: string) => commands.find((each) => each.id === id)?.keys?.[0]
  const pointer = gestures.flatMap(({ scope: own, title, ways }) => {
    if (own !== scope) return []
    const shown = ways.flatMap((way) => shownWay(way, keyOf, isMacPlatform(), layout) ?? [])
    return shown.length > 0 ? [{ title, ways: shown }] : []
  })
  return (
    <>
      <h3 className={styles.scope}>{scopeText[scope]}</h3>
      <div className={styles.groups}>
        {groups.map(([group, members]) => (
          <section key={group}>
            {group !== scopeText[scope] && <h4>{group}</h4>}
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
        {pointer.length > 0 && (
          <section>
            <h4>{text.pointer}</h4>
            <dl>
              {pointer.map(({ title, ways }) => (
                <div key={title}>
                  <dt>{title}</dt>
                  <dd>
                    {ways.map((way) => (
                      <Caps key={way} words={way} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        )}
      </div>
    </>
  )
}
