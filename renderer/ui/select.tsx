import { Select as Base } from '@base-ui/react/select'
import Check from 'lucide-react/icons/check'
import ChevronDown from 'lucide-react/icons/chevron-down'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import styles from './field.module.css'
import menu from './menu.module.css'

export type SelectOption<T extends string> = {
  readonly value: T
  readonly label: string
  readonly icon?: ReactNode
}

/** A choice of one out of a few. */
export function Select<T extends string>(props: {
  readonly label: string
  readonly value: T
  readonly options: readonly SelectOption<T>[]
  onChange(value: T): void
  readonly id?: string
  readonly className?: string
  readonly disabled?: boolean
}) {
  const { label, value, options, onChange, id, className, disabled = false } = props
  return (
    <Base.Root
      items={options.map((option) => ({ value: option.value, label: option.label }))}
      value={value}
      disabled={disabled}
      onValueChange={(next) => next !== null && onChange(next)}
      modal={false}
    >
      <Base.Trigger
        {...(id && { id })}
        aria-label={label}
        className={classNames(styles.select, className)}
        onKeyDown={(event) => {
          // Characters are commands; while closed, none of them may pick another option unseen.
          if (event.key.length === 1 && event.key !== ' ') event.preventBaseUIHandler()
        }}
      >
        <Base.Value />
        <Base.Icon className={styles.chevron}>
          <ChevronDown size={14} />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner className={menu.layer} sideOffset={4} alignItemWithTrigger={false}>
          <Base.Popup className={menu.popup} aria-label={label}>
            {options.map((option) => (
              <Base.Item key={option.value} value={option.value} className={menu.item}>
                <span className={menu.mark}>
                  <Base.ItemIndicator>
                    <Check size={14} />
                  </Base.ItemIndicator>
                </span>
                {option.icon}
                <Base.ItemText>{option.label}</Base.ItemText>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
