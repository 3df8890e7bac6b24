import Download from 'lucide-react/icons/download'
import RotateCcw from 'lucide-react/icons/rotate-ccw'
import Search from 'lucide-react/icons/search'
import Upload from 'lucide-react/icons/upload'
import { useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import { type KeyBindings, presetKeys, withKeys } from '../../commands/bindings.ts'
import { commandScopes, type ScopedInfo } from '../../commands/command.ts'
import { judgeKeys } from '../../commands/key-change.ts'
import { isMacPlatform, shownKeys, spokenKeys } from '../../commands/key-chord.ts'
import { printKeyFile, readKeyFile } from '../../commands/key-file.ts'
import { keyLayout, lacksBrackets } from '../../commands/key-layout.ts'
import { presetNames } from '../../commands/presets.ts'
import { useCatalogue } from '../../commands/use-commands.ts'
import { errorInfo } from '../../stores/loading.ts'
import { bindingsOf } from '../../stores/shortcuts.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { Roving } from '../../ui/roving.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { presetText, scopeText, uiText } from '../../ui/text.ts'
import { KeyDialog } from './key-dialog.tsx'
import styles from './keyboard.module.css'
import { text } from './text.ts'

/** Every action with its keys, and what can be done with them. Takes effect at once and stays on this device. */
export function KeyboardPage() {
  const { shortcuts } = useStores()
  const state = useStore(shortcuts)
  const catalogue = useCatalogue(true)
  const layout = useStore(keyLayout)
  const [query, setQuery] = useState('')
  const [editing, setEditing] = useState<string | null>(null)
  const [problem, setProblem] = useState<ErrorInfo | null>(null)
  /** All keys changed at once: what happened, and the keys before. In the page, as a toast lies outside of its dialog. */
  const [last, setLast] = useState<{ readonly said: string; readonly before: KeyBindings } | null>(null)
  const file = useRef<HTMLInputElement>(null)
  const search = useRef<HTMLInputElement>(null)
  const commands = useMemo(() => withKeys(catalogue ?? [], bindingsOf(state), true), [catalogue, state])
  const { changes } = bindingsOf(state)
  const origin = catalogue?.find(({ id }) => id === editing)

  function replace(next: KeyBindings, said: string) {
    const before = bindingsOf(shortcuts.getState())
    shortcuts.replace(next)
    setProblem(null)
    setLast({ said, before })
  }
  async function importKeys(chosen: File | undefined) {
    if (!chosen || !catalogue) return
    try {
      // No more of it than a file of keys can have.
      const { bindings, unknown } = readKeyFile(await chosen.slice(0, 200_000).text(), catalogue)
      replace(bindings, text.imported(Object.keys(bindings.changes).length, unknown.length))
    } catch (error) {
      setProblem(errorInfo(error))
    }
  }

  const size = ['canvas.smaller', 'canvas.larger'].map((id) => commands.find((each) => each.id === id))
  const offersLetters =
    lacksBrackets(layout) &&
    size.every((each, i) => each && judgeKeys(each, [sizeLetters[i]!], commands).kind === 'free') &&
    size.some((each) => each?.keys?.some((key) => key === '[' || key === ']'))

  return (
    <>
      <div className={styles.top}>
        <Field label={text.preset} help={text.presetHelp}>
          <Select
            label={text.preset}
            value={state.preset}
            options={presetNames.map((value) => ({ value, label: presetText[value] }))}
            onChange={(preset) => shortcuts.setPreset(preset)}
          />
        </Field>
        <Switch
          label={text.singleKeys}
          help={text.singleKeysHelp}
          checked={state.singleKeys}
          onChange={(on) => shortcuts.setSingleKeys(on)}
        />
      </div>
      {offersLetters && (
        <div className={styles.note}>
          <p>{text.noBrackets}</p>
          <Button onClick={() => shortcuts.setKeys({ 'canvas.smaller': ['Q'], 'canvas.larger': ['W'] })}>
            {text.useLetters}
          </Button>
        </div>
      )}
      <div className={styles.tools}>
        <div className={styles.search}>
          <Search size={14} aria-hidden />
          <TextInput
            ref={search}
            type="search"
            aria-label={text.searchKeys}
            placeholder={text.searchKeys}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => {
              // Not the form's button.
              if (event.key === 'Enter') event.preventDefault()
            }}
          />
        </div>
        <Button icon={<Upload size={15} />} onClick={() => file.current?.click()}>
          {text.importKeys}
        </Button>
        <Button icon={<Download size={15} />} onClick={() => saveFile(printKeyFile(bindingsOf(state)))}>
          {text.exportKeys}
        </Button>
        <Button
          icon={<RotateCcw size={15} />}
          disabled={Object.keys(changes).length === 0}
          onClick={() => replace({ preset: state.preset, changes: {} }, text.allReset)}
        >
          {text.resetAll}
        </Button>
        <input
          ref={file}
          type="file"
          accept="application/json,.json"
          hidden
          data-testid="key-file"
          onChange={(event) => {
            const input = event.currentTarget
            void importKeys(input.files?.[0]).finally(() => {
              // Choosing the same file again must be news.
              input.value = ''
            })
          }}
        />
      </div>
      {problem && <ErrorText error={problem} />}
      <div role="status" className={last ? styles.note : styles.silent}>
        {last && (
          <>
            <p>{last.said}</p>
            <Button
              onClick={() => {
                shortcuts.replace(last.before)
                setLast(null)
                search.current?.focus()
              }}
            >
              {text.undo}
            </Button>
          </>
        )}
      </div>
      {catalogue ? (
        <KeyList
          commands={commands}
          query={query}
          isChanged={(id) => Object.hasOwn(changes, id)}
          onEdit={setEditing}
        />
      ) : (
        uiText.loading
      )}
      {origin && (
        <KeyDialog
          command={commands.find(({ id }) => id === editing) ?? origin}
          commands={commands}
          ofPreset={presetKeys(origin, state.preset)}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  )
}

/** What takes the place of brackets on keyboards without them: smaller, larger. */
const sizeLetters = ['Q', 'W'] as const

function KeyList(props: {
  readonly commands: readonly ScopedInfo[]
  readonly query: string
  isChanged(id: string): boolean
  onEdit(id: string): void
}) {
  const { commands, query, isChanged, onEdit } = props
  const layout = useStore(keyLayout)
  const isMac = isMacPlatform()
  const words = query.trim().toLowerCase().split(/\s+/)
  const found = commands.filter((command) => {
    const keys = (command.keys ?? []).map((key) => shownKeys(key, isMac, layout).join('+'))
    const all = [command.title, command.group, scopeText[command.scope], ...keys].join(' ').toLowerCase()
    return words.every((word) => all.includes(word))
  })
  const scopes = commandScopes.flatMap((scope) => {
    const members = found.filter((command) => command.scope === scope)
    return members.length > 0 ? [{ scope, members }] : []
  })
  return (
    <Roving role="group" label={text.actions} orientation="vertical" className={styles.list}>
      <p className={styles.count} role="status">
        {text.found(found.length, commands.length)}
      </p>
      {scopes.map(({ scope, members }) => (
        <section key={scope} aria-label={scopeText[scope]}>
          <h3>{scopeText[scope]}</h3>
          <ul>
            {members.map((command) => {
              const keys = command.keys ?? []
              const spoken = keys.map((key) => spokenKeys(key, isMac, layout)).join(', ')
              return (
                <li key={command.id}>
                  <span className={styles.action}>
                    {command.title}
                    {command.holds && <span className={styles.mark}>{text.holds}</span>}
                    {isChanged(command.id) && <span className={styles.mark}>{text.changed}</span>}
                  </span>
                  <span className={styles.keys}>
                    {keys.map((key) => (
                      <Kbd key={key} keys={key} />
                    ))}
                    {keys.length === 0 && <span className={styles.none}>{text.noKeyYet}</span>}
                  </span>
                  {command.fixed ? (
                    <span className={styles.fixed}>{text.fixed}</span>
                  ) : (
                    <Button
                      aria-label={text.changeOf(command.title, spoken)}
                      onClick={() => onEdit(command.id)}
                    >
                      {text.change}
                    </Button>
                  )}
                </li>
              )
            })}
          </ul>
        </section>
      ))}
    </Roving>
  )
}

function saveFile(content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = address
  link.download = 'tessera-keys.json'
  link.click()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
