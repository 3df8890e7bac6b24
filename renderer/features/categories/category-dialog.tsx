import Check from 'lucide-react/icons/check'
import { type FormEvent, useId, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import type { Category } from '../../../shared/label/ontology.ts'
import { confusion, nextColor, paletteColors } from '../../../shared/label/palette.ts'
import { errorInfo } from '../../stores/loading.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { Field, TextArea, TextInput } from '../../ui/field.tsx'
import { Radios } from '../../ui/radios.tsx'
import { Switch } from '../../ui/switch.tsx'
import { type AttributeDraft, draftOf, readDrafts } from './attribute-draft.ts'
import { AttributesEditor } from './attributes-editor.tsx'
import styles from './categories.module.css'
import { sayUndoable } from './say-undoable.ts'
import { text } from './text.ts'

/** Adds a category or changes one, when the dialogs store asks for it. */
export function CategoryDialog() {
  const { dialogs, categories } = useStores()
  const open = useStore(dialogs, (state) => state.open)
  const list = useStore(categories, (state) => state.own)
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
  const stores = useStores()
  const { dialogs, categories } = stores
  const others = useStore(categories, (state) => state.own).filter(({ id }) => id !== category?.id)
  const task = useStore(categories, (state) => state.rules.task)
  const [description, setDescription] = useState(category?.description ?? '')
  const [isVoid, setIsVoid] = useState(category?.isVoid === true)
  const [drafts, setDrafts] = useState<readonly AttributeDraft[]>(() =>
    (category?.attributes ?? []).map(draftOf),
  )
  const [name, setName] = useState(category?.name ?? '')
  const [color, setColor] = useState(() => category?.color ?? nextColor(others.map((other) => other.color)))
  const [kind, setKind] = useState<'thing' | 'stuff'>(category?.hasInstances === false ? 'stuff' : 'thing')
  const [problem, setProblem] = useState<ErrorInfo | null>(null)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const nameInput = useRef<HTMLInputElement>(null)
  const form = useId()
  const isColor = /^#[0-9a-f]{6}$/i.test(color)
  const isName = name.trim() !== ''
  const attributes = readDrafts(drafts)
  const alike =
    isColor && !isVoid ? others.filter((other) => !other.isVoid && isAlike(color, other.color)) : []

  async function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (!isName || !isColor || 'problems' in attributes || busy) return
    setBusy(true)
    setProblem(null)
    const values = {
      name: name.trim(),
      color: color.toLowerCase(),
      hasInstances: kind === 'thing',
      description,
      isVoid,
      attributes: attributes.definitions,
    }
    try {
      const { result, undo } = await categories.undoable(() =>
        category ? categories.update({ id: category.id, ...values }) : categories.create(values),
      )
      dialogs.close()
      if (category) sayUndoable(stores, text.changed(result.name), undo)
      onSaved?.(result)
    } catch (error) {
      setProblem(errorInfo(error))
      setBusy(false)
    }
  }

  return (
    <Dialog
      open
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
          {alike.length > 0 && (
            <p className={styles.alike} role="status">
              {text.alike(
                alike[0]!.name,
                text.sights[confusion(color.toLowerCase(), alike[0]!.color) ?? 'usual'],
                alike.length - 1,
              )}{' '}
              <Button onClick={() => setColor(nextColor([color, ...others.map((other) => other.color)]))}>
                {text.otherColor}
              </Button>
            </p>
          )}
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
        {task !== 'panoptic' && <p className={styles.hint}>{text.taskDecides[task]}</p>}
        <Switch label={text.isVoid} help={text.isVoidHelp} checked={isVoid} onChange={setIsVoid} />
        <label className={styles.description} htmlFor={`${form}-description`}>
          <span>{text.description}</span>
          <TextArea
            id={`${form}-description`}
            rows={2}
            maxLength={4000}
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
        </label>
        <AttributesEditor
          drafts={drafts}
          problems={tried && 'problems' in attributes ? attributes.problems : new Map()}
          onChange={setDrafts}
        />
      </form>
    </Dialog>
  )
}

const isAlike = (a: string, b: string) => confusion(a.toLowerCase(), b) !== undefined
