import { useEffect, useState } from 'react'
import {
  type AttributeDefinition,
  type AttributeValue,
  type AttributeValues,
  isUnset,
  problemOf,
  shortcomings,
} from '../../../shared/label/attributes.ts'
import { TextInput } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import styles from './labeler.module.css'
import { text } from './text.ts'

/** One field for each attribute. Choices count at once, texts and numbers when the field is left or Enter is pressed. */
export function AttributeFields(props: {
  readonly definitions: readonly AttributeDefinition[]
  readonly values: AttributeValues
  /** Of what they are, for screen readers: "car 12", "this image". */
  readonly of: string
  /** `data-attribute` of each field, so that a list of what is missing can jump to it. */
  readonly group: string
  readonly disabled: boolean
  /** `undefined`: nothing is said any more. */
  onChange(name: string, value: AttributeValue | undefined): void
}) {
  const { definitions, values, of, group, disabled, onChange } = props
  const problems = new Map(shortcomings(definitions, values).map(({ name, problem }) => [name, problem]))
  return (
    <div className={styles.attributes}>
      {definitions.map((definition) => {
        const { name, required } = definition
        const problem = problems.get(name)
        return (
          <div key={name} className={styles.attribute} data-attribute={`${group} ${name}`}>
            <span className={styles.attributeName} aria-hidden>
              {name}
              {required && <span title={text.requiredAttribute}> *</span>}
            </span>
            <AttributeField
              definition={definition}
              value={Object.hasOwn(values, name) ? values[name] : undefined}
              label={text.attributeOf(name, of, required === true)}
              isInvalid={problem !== undefined && problem !== 'missing'}
              disabled={disabled}
              onChange={(value) => onChange(name, value)}
            />
            {problem !== undefined && problem !== 'missing' && (
              <span className={styles.attributeProblem}>{text.attributeProblem(name, problem)}</span>
            )}
          </div>
        )
      })}
    </div>
  )
}

type FieldProps = {
  readonly value: AttributeValue | undefined
  readonly label: string
  readonly isInvalid: boolean
  readonly disabled: boolean
  onChange(value: AttributeValue | undefined): void
}

function AttributeField({ definition, ...props }: FieldProps & { readonly definition: AttributeDefinition }) {
  switch (definition.type) {
    case 'text':
      return <TypedField {...props} read={(typed) => (typed === '' ? undefined : typed)} />
    case 'number':
      return (
        <TypedField
          {...props}
          decimal
          read={(typed) => {
            const number = Number(typed.replace(',', '.'))
            if (typed.trim() === '') return undefined
            // What is no number, or none of those allowed, is not taken: the field goes back to what it was.
            return Number.isFinite(number) && problemOf(definition, number) === null ? number : null
          }}
          refused={(typed) => {
            const number = Number(typed.replace(',', '.'))
            if (typed.trim() === '') return null
            return Number.isFinite(number) ? problemOf(definition, number) : text.noNumber
          }}
        />
      )
    case 'select':
      return <OneOf {...props} options={definition.options} />
    case 'multiselect':
      return <SomeOf {...props} options={definition.options} />
    case 'checkbox':
      return <YesOrNo {...props} />
  }
}

function TypedField(
  props: FieldProps & {
    readonly decimal?: boolean
    /** Null: it is not taken. */
    read(typed: string): AttributeValue | undefined
    refused?(typed: string): string | null
  },
) {
  const { value, label, isInvalid, disabled, decimal = false, read, refused, onChange } = props
  const shown = isUnset(value) ? '' : String(value)
  const [typed, setTyped] = useState(shown)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    setTyped(shown)
    setProblem(null)
  }, [shown])
  const keep = () => {
    if (typed === shown) return
    const wrong = refused?.(typed) ?? null
    setProblem(wrong)
    if (wrong !== null) return setTyped(shown)
    onChange(read(typed) ?? undefined)
  }
  return (
    <>
      <TextInput
        value={typed}
        maxLength={4000}
        inputMode={decimal ? 'decimal' : 'text'}
        aria-label={label}
        aria-invalid={isInvalid || problem !== null || undefined}
        disabled={disabled}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === 'Enter') keep()
          if (event.key !== 'Escape' || typed === shown) return
          event.stopPropagation()
          setTyped(shown)
        }}
      />
      {problem !== null && (
        <span role="alert" className={styles.attributeProblem}>
          {text.notTaken(problem)}
        </span>
      )}
    </>
  )
}

const unset = '\u0000'

function OneOf({ options, value, label, onChange }: FieldProps & { readonly options: readonly string[] }) {
  const current = typeof value === 'string' && value !== '' ? value : unset
  const foreign = current !== unset && !options.includes(current) ? [current] : []
  return (
    <Select
      label={label}
      value={current}
      options={[unset, ...options, ...foreign].map((option) => ({
        value: option,
        label: option === unset ? text.nothingSaid : option,
      }))}
      onChange={(next) => onChange(next === unset ? undefined : next)}
    />
  )
}

function SomeOf(props: FieldProps & { readonly options: readonly string[] }) {
  const { options, value, label, disabled, onChange } = props
  const chosen = Array.isArray(value) ? (value as readonly string[]) : []
  // Of a definition that was changed since: kept, and shown so that it can be taken away.
  const all = [...options, ...chosen.filter((each) => !options.includes(each))]
  return (
    <fieldset className={styles.someOf} disabled={disabled}>
      <legend className={styles.forReaders}>{label}</legend>
      {all.map((option) => (
        <label key={option}>
          <input
            type="checkbox"
            checked={chosen.includes(option)}
            onChange={(event) => {
              // In the order of the definition, whatever was chosen first.
              const next = all.filter((each) =>
                each === option ? event.target.checked : chosen.includes(each),
              )
              onChange(next.length > 0 ? next : undefined)
            }}
          />
          {option}
        </label>
      ))}
    </fieldset>
  )
}

function YesOrNo({ value, label, onChange }: FieldProps) {
  return (
    <Select
      label={label}
      value={value === true ? 'yes' : value === false ? 'no' : 'unset'}
      options={[
        { value: 'unset', label: text.nothingSaid },
        { value: 'yes', label: text.yes },
        { value: 'no', label: text.no },
      ]}
      onChange={(next) => onChange(next === 'unset' ? undefined : next === 'yes')}
    />
  )
}
