import { useEffect, useRef, useState } from 'react'
import { MIXED, sharedValue, type ValueChange } from '../../../shared/label/attribute-edit.ts'
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
  /** Of the object or the image; of each of several objects. */
  readonly values: readonly AttributeValues[]
  /** Of what they are, for screen readers: "car 12", "3 objects", "this image". */
  readonly of: string
  /** `data-attribute` of each field, so that a list of what is missing can jump to it. */
  readonly group: string
  readonly disabled: boolean
  onChange(name: string, change: ValueChange): void
}) {
  const { definitions, values, of, group, disabled, onChange } = props
  const problems = new Map(
    values.flatMap((each) => shortcomings(definitions, each)).map(({ name, problem }) => [name, problem]),
  )
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
              value={sharedValue(values, name)}
              all={values.map((each) => (Object.hasOwn(each, name) ? each[name] : undefined))}
              label={text.attributeOf(name, of, required === true)}
              isInvalid={problem !== undefined && problem !== 'missing'}
              disabled={disabled}
              onChange={(change) => onChange(name, change)}
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
  readonly value: AttributeValue | undefined | typeof MIXED
  /** Of each object. */
  readonly all: readonly (AttributeValue | undefined)[]
  readonly label: string
  readonly isInvalid: boolean
  readonly disabled: boolean
  onChange(change: ValueChange): void
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
  const shown = value === MIXED || isUnset(value) ? '' : String(value)
  const [typed, setTyped] = useState(shown)
  /** Where objects differ, emptying what was typed empties it for all of them. */
  const wasTyped = useRef(false)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    setTyped(shown)
    setProblem(null)
  }, [shown])
  const keep = () => {
    const empties = value === MIXED && wasTyped.current
    wasTyped.current = false
    if (typed === shown && !empties) return
    const wrong = refused?.(typed) ?? null
    setProblem(wrong)
    if (wrong !== null) return setTyped(shown)
    const next = read(typed) ?? undefined
    onChange(() => next)
  }
  return (
    <>
      <TextInput
        value={typed}
        maxLength={4000}
        inputMode={decimal ? 'decimal' : 'text'}
        placeholder={value === MIXED ? text.mixed : undefined}
        aria-label={value === MIXED ? text.mixedField(label) : label}
        aria-invalid={isInvalid || problem !== null || undefined}
        disabled={disabled}
        onChange={(event) => {
          wasTyped.current = true
          setTyped(event.target.value)
        }}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === 'Enter') keep()
          if (event.key !== 'Escape' || !wasTyped.current) return
          event.stopPropagation()
          wasTyped.current = false
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
const mixed = '\u0001'

function OneOf(props: FieldProps & { readonly options: readonly string[] }) {
  const { options, value, label, disabled, onChange } = props
  const current = value === MIXED ? mixed : typeof value === 'string' && value !== '' ? value : unset
  const foreign = current !== unset && current !== mixed && !options.includes(current) ? [current] : []
  return (
    <Select
      label={label}
      value={current}
      disabled={disabled}
      options={[...(value === MIXED ? [mixed] : []), unset, ...options, ...foreign].map((option) => ({
        value: option,
        label: option === unset ? text.nothingSaid : option === mixed ? text.mixed : option,
      }))}
      onChange={(next) => next !== mixed && onChange(() => (next === unset ? undefined : next))}
    />
  )
}

function SomeOf(props: FieldProps & { readonly options: readonly string[] }) {
  const { options, label, disabled, onChange } = props
  const chosen = props.all.map(chosenOf)
  // Of a definition that was changed since: kept, and shown so that it can be taken away.
  const foreign = new Set(chosen.flat().filter((each) => !options.includes(each)))
  const all = [...options, ...foreign]
  const countOf = (option: string) => chosen.filter((each) => each.includes(option)).length
  return (
    <fieldset className={styles.someOf} disabled={disabled}>
      <legend className={styles.forReaders}>{label}</legend>
      {all.map((option) => (
        <label key={option}>
          <input
            type="checkbox"
            checked={countOf(option) === chosen.length}
            ref={(box) => {
              if (box) box.indeterminate = countOf(option) > 0 && countOf(option) < chosen.length
            }}
            onChange={(event) => {
              const { checked } = event.target
              onChange((before) => {
                const own = chosenOf(before)
                // In the order of the definition, whatever was chosen first.
                const next = all.filter((each) => (each === option ? checked : own.includes(each)))
                return next.length > 0 ? next : undefined
              })
            }}
          />
          {option}
        </label>
      ))}
    </fieldset>
  )
}

const chosenOf = (value: AttributeValue | undefined): readonly string[] =>
  Array.isArray(value) ? (value as readonly string[]) : []

function YesOrNo({ value, label, disabled, onChange }: FieldProps) {
  return (
    <Select
      label={label}
      value={value === MIXED ? 'mixed' : value === true ? 'yes' : value === false ? 'no' : 'unset'}
      disabled={disabled}
      options={[
        ...(value === MIXED ? [{ value: 'mixed', label: text.mixed } as const] : []),
        { value: 'unset', label: text.nothingSaid },
        { value: 'yes', label: text.yes },
        { value: 'no', label: text.no },
      ]}
      onChange={(next) => next !== 'mixed' && onChange(() => (next === 'unset' ? undefined : next === 'yes'))}
    />
  )
}
