import Check from 'lucide-react/icons/check'
import { type FormEvent, useId, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import type { Category } from '../../../shared/label/ontology.ts'
import { nextColor, paletteColors } from '../../../shared/label/palette.ts'
import { errorInfo } from '../../stores/loading.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { Radios } from '../../ui/radios.tsx'
import styles from './categories.module.css'
import { text } from './text.ts'

/** Adds a category or changes one, when the dialogs store asks for it. */
export function CategoryDialog() {
  const { dialogs, categories } = useStores()
  const open = useStore(dialogs, (state) => state.open)
  const list = useStore(categories, (state) => state.list)
  if (open?.kind !== 'category') return null
  const category = list.find(({ id }) => id === open.id) ?? null
  return (
    <CategoryForm
      key={open.id ?? 'new'}
      category={category}
      {...(open.onSaved && { onSaved: open.onSaved })}
    />
  )
}

function CategoryForm({
  category,
  onSaved,
}: {
  readonly category: Category | null
  onSaved?(category: Category): void
}) {
  const { dialogs, categories } = useStores()
  const [name, setName] = useState(category?.name ?? '')
  const [color, setColor] = useState(
    () => category?.color ?? nextColor(categories.getState().list.map((other) => other.color)),
  )
  const [kind, setKind] = useState<'thing' | 'stuff'>(category?.hasInstances === false ? 'stuff' : 'thing')
  const [problem, setProblem] = useState<ErrorInfo | null>(null)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const nameInput = useRef<HTMLInputElement>(null)
  const form = useId()
  const isColor = /^#[0-9a-f]{6}$/i.test(color)
  const isName = name.trim() !== ''

  async function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (!isName || !isColor || busy) return
    setBusy(true)
    setProblem(null)
    const values = { name: name.trim(), color: color.toLowerCase(), hasInstances: kind === 'thing' }
    try {
      const saved = category
        ? await categories.update({ id: category.id, ...values })
        : await categories.create(values)
      dialogs.close()
      onSaved?.(saved)
    } catch (error) {
      setProblem(errorInfo(error))
      setBusy(false)
    }
  }

  return (
    <Dialog
      open
      size="small"
      onOpenChange={() => dialogs.close()}
      title={category ? text.editTitle : text.newTitle}
      initialFocus={nameInput}
      footer={
        <>
          <Button onClick={() => dialogs.close()}>{text.cancel}</Button>
          <Button kind="primary" type="submit" form={form} busy={busy}>
            {category ? text.save : text.create}
          </Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={(event) => void submit(event)}>
        {problem && <ErrorText error={problem} />}
        <Field label={text.name} error={tried && !isName ? text.needsName : null}>
          <TextInput
            ref={nameInput}
            value={name}
            maxLength={200}
            placeholder={text.namePlaceholder}
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <fieldset className={styles.colors}>
          <legend>{text.color}</legend>
          <div className={styles.swatches}>
            {paletteColors.map((option) => (
              <button
                key={option}
                type="button"
                className={styles.swatch}
                style={{ background: option }}
                aria-label={text.colorNames[option] ?? option}
                title={text.colorNames[option]}
                aria-pressed={option === color.toLowerCase()}
                onClick={() => setColor(option)}
              >
                {option === color.toLowerCase() && <Check size={14} strokeWidth={3} />}
              </button>
            ))}
          </div>
          <Field label={text.custom} error={isColor ? null : text.badColor}>
            <div className={styles.custom}>
              <input
                type="color"
                aria-label={text.color}
                value={isColor ? color : '#000000'}
                onChange={(event) => setColor(event.target.value)}
              />
              <TextInput
                value={color}
                spellCheck={false}
                onChange={(event) => setColor(event.target.value)}
              />
            </div>
          </Field>
        </fieldset>
        <Radios
          label={text.kind}
          value={kind}
          onChange={setKind}
          options={[
            { value: 'thing', label: text.thing, help: text.thingHelp },
            { value: 'stuff', label: text.stuff, help: text.stuffHelp },
          ]}
        />
      </form>
    </Dialog>
  )
}
