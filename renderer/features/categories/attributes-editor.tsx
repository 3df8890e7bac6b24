import ArrowUp from 'lucide-react/icons/arrow-up'
import Plus from 'lucide-react/icons/plus'
import Trash2 from 'lucide-react/icons/trash-2'
import { attributeTypes } from '../../../shared/label/attributes.ts'
import { Button } from '../../ui/button.tsx'
import { TextArea, TextInput } from '../../ui/field.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { type AttributeDraft, newDraft } from './attribute-draft.ts'
import styles from './categories.module.css'
import { text } from './text.ts'

/** What is asked of each object of a category, or of each image. */
export function AttributesEditor(props: {
  readonly drafts: readonly AttributeDraft[]
  /** By the key of a draft; shown once somebody tried to save. */
  readonly problems: ReadonlyMap<string, string>
  onChange(drafts: readonly AttributeDraft[]): void
}) {
  const { drafts, problems, onChange } = props
  const change = (key: string, said: Partial<AttributeDraft>) =>
    onChange(drafts.map((draft) => (draft.key === key ? { ...draft, ...said } : draft)))
  const raise = (at: number) =>
    onChange(drafts.map((draft, i) => (i === at - 1 ? drafts[at]! : i === at ? drafts[at - 1]! : draft)))
  return (
    <fieldset className={styles.attributes}>
      <legend>{text.attributes}</legend>
      {drafts.length === 0 && <p className={styles.hint}>{text.noAttributes}</p>}
      <ul>
        {drafts.map((draft, at) => {
          const named = draft.name.trim() || text.attributeNumber(at + 1)
          return (
            <li key={draft.key}>
              <div className={styles.attributeHead}>
                <TextInput
                  value={draft.name}
                  maxLength={200}
                  aria-label={text.attributeName}
                  placeholder={text.attributeName}
                  autoComplete="off"
                  onChange={(event) => change(draft.key, { name: event.target.value })}
                />
                <Select
                  label={text.typeOf(named)}
                  value={draft.type}
                  options={attributeTypes.map((value) => ({ value, label: text.types[value] }))}
                  onChange={(type) => change(draft.key, { type, standard: '' })}
                />
                <IconButton
                  label={text.raise(named)}
                  icon={<ArrowUp size={14} />}
                  disabled={at === 0}
                  onClick={() => raise(at)}
                />
                <IconButton
                  label={text.removeAttribute(named)}
                  icon={<Trash2 size={14} />}
                  onClick={() => onChange(drafts.filter(({ key }) => key !== draft.key))}
                />
              </div>
              {problems.has(draft.key) && (
                <p role="alert" className={styles.problem}>
                  {problems.get(draft.key)}
                </p>
              )}
              {draft.savedName !== null && draft.savedName !== draft.name.trim() && (
                <p className={styles.hint}>{text.renamedAttribute(draft.savedName)}</p>
              )}
              <TypeFields draft={draft} named={named} onChange={(said) => change(draft.key, said)} />
              <Switch
                label={text.required}
                checked={draft.required}
                onChange={(required) => change(draft.key, { required })}
              />
            </li>
          )
        })}
      </ul>
      <Button
        icon={<Plus size={14} />}
        disabled={drafts.length >= 100}
        onClick={() => onChange([...drafts, newDraft()])}
      >
        {text.addAttribute}
      </Button>
    </fieldset>
  )
}

function TypeFields(props: {
  readonly draft: AttributeDraft
  readonly named: string
  onChange(said: Partial<AttributeDraft>): void
}) {
  const { draft, named, onChange } = props
  const input = (field: 'min' | 'max' | 'step' | 'standard', label: string) => (
    <div className={styles.small}>
      <span aria-hidden>{label}</span>
      <TextInput
        value={draft[field]}
        inputMode={draft.type === 'number' ? 'decimal' : 'text'}
        aria-label={text.fieldOf(label, named)}
        onChange={(event) => onChange({ [field]: event.target.value })}
      />
    </div>
  )
  switch (draft.type) {
    case 'text':
      return input('standard', text.standard)
    case 'number':
      return (
        <div className={styles.numbers}>
          {input('min', text.min)}
          {input('max', text.max)}
          {input('step', text.step)}
          {input('standard', text.standard)}
        </div>
      )
    case 'select':
    case 'multiselect':
      return (
        <div className={styles.choices}>
          <div>
            <span aria-hidden>{text.choices}</span>
            <TextArea
              rows={4}
              value={draft.options}
              aria-label={text.fieldOf(text.choices, named)}
              onChange={(event) => onChange({ options: event.target.value })}
            />
          </div>
          <div>
            <span aria-hidden>{draft.type === 'select' ? text.standard : text.standards}</span>
            <TextArea
              rows={draft.type === 'select' ? 1 : 4}
              value={draft.standard}
              aria-label={text.fieldOf(text.standard, named)}
              onChange={(event) => onChange({ standard: event.target.value })}
            />
          </div>
        </div>
      )
    case 'checkbox':
      return (
        <Select
          label={text.fieldOf(text.standard, named)}
          value={draft.standard === '' ? 'unset' : (draft.standard as 'true' | 'false')}
          options={[
            { value: 'unset', label: text.standardUnset },
            { value: 'true', label: text.standardYes },
            { value: 'false', label: text.standardNo },
          ]}
          onChange={(value) => onChange({ standard: value === 'unset' ? '' : value })}
        />
      )
  }
}
