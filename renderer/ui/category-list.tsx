import Eye from 'lucide-react/icons/eye'
import EyeOff from 'lucide-react/icons/eye-off'
import Pencil from 'lucide-react/icons/pencil'
import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import type { Category } from '../../shared/label/ontology.ts'
import { markChannels, PATTERN_PERIOD, type PatternName, patternRows } from '../../shared/label/pattern.ts'
import { ariaKeys, isMacPlatform } from '../commands/key-chord.ts'
import { useCommandRegistry } from '../commands/use-commands.ts'
import styles from './category-list.module.css'
import { classNames } from './class-names.ts'
import { IconButton } from './icon-button.tsx'
import { Kbd } from './kbd.tsx'
import { counted } from './text.ts'

const text = {
  label: 'Categories',
  stuff: 'one region per image',
  edit: (name: string) => `Edit ${name}`,
  hide: (name: string) => `Hide ${name}`,
  show: (name: string) => `Show ${name}`,
  used: (name: string, objects: number) => `${name}, ${counted(objects, 'object')}`,
} as const

/** The categories with colour, name, key and how often each is used; choosing and editing are the owner's business. */
export function CategoryList(props: {
  readonly categories: readonly Category[]
  /** The category new strokes get. */
  readonly activeId?: number | null
  /** Objects per category id, where the owner counts them. */
  readonly counts?: ReadonlyMap<number, number>
  /** Ids of the categories whose objects are not shown; `onHide` changes that of one. */
  readonly hidden?: ReadonlySet<number>
  /** What they are told apart by on the canvas besides their colours. */
  readonly patterns?: ReadonlyMap<number, PatternName>
  onHide?(id: number): void
  onChoose?(id: number): void
  onEdit?(id: number): void
}) {
  const { categories, activeId = null, counts, hidden, patterns, onHide, onChoose, onEdit } = props
  const commands = useStore(useCommandRegistry().store)
  const active = useRef<HTMLLIElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: chosen by a key it may be out of sight, and so may a new one
  useEffect(() => {
    // Newer browsers answer with a promise, which must not be taken for a clean-up.
    void active.current?.scrollIntoView({ block: 'nearest' })
  }, [activeId, categories.length])
  return (
    <ul className={styles.list} aria-label={text.label}>
      {categories.map((category, index) => {
        // The command that chooses the category at this place of the list, where there is one.
        const keys = commands.find(({ id }) => id === `canvas.category.${index + 1}`)?.keys?.[0]
        return (
          <li
            key={category.id}
            ref={category.id === activeId ? active : null}
            className={classNames(styles.row, category.id === activeId && styles.active)}
          >
            <button
              type="button"
              className={styles.choose}
              aria-pressed={category.id === activeId}
              aria-label={counts ? text.used(category.name, counts.get(category.id) ?? 0) : category.name}
              aria-keyshortcuts={keys && ariaKeys(keys, isMacPlatform())}
              onClick={() => onChoose?.(category.id)}
            >
              <Swatch
                color={category.color}
                isStuff={!category.hasInstances}
                isVoid={category.isVoid === true}
                pattern={patterns?.get(category.id)}
              />
              <span className={styles.name} title={category.name}>
                {category.name}
              </span>
              {counts && <span className={styles.count}>{counts.get(category.id) ?? 0}</span>}
              {keys && <Kbd keys={keys} />}
            </button>
            {onHide && (
              <IconButton
                className={styles.edit}
                label={hidden?.has(category.id) ? text.show(category.name) : text.hide(category.name)}
                icon={hidden?.has(category.id) ? <EyeOff size={13} /> : <Eye size={13} />}
                pressed={hidden?.has(category.id) ?? false}
                // By keys: choose the category, then the command. One more stop for each would be a long way.
                tabIndex={-1}
                onClick={() => onHide(category.id)}
                side="left"
              />
            )}
            {onEdit && (
              <IconButton
                className={styles.edit}
                label={text.edit(category.name)}
                icon={<Pencil size={13} />}
                onClick={() => onEdit(category.id)}
                side="left"
              />
            )}
          </li>
        )
      })}
    </ul>
  )
}

/** A category's colour: round for things, square for stuff, so that it says both. */
export function Swatch(props: {
  readonly color: string
  readonly isStuff: boolean
  /** Grey hatch: decided, and not counted. */
  readonly isVoid?: boolean
  /** Drawn over the colour on the canvas. */
  readonly pattern?: PatternName | undefined
}) {
  const { color, isStuff, isVoid = false, pattern } = props
  return (
    <span
      className={styles.swatch}
      data-stuff={isStuff || undefined}
      data-void={isVoid || undefined}
      {...(!isVoid && { style: { background: color } })}
      title={isStuff ? text.stuff : undefined}
      aria-hidden
    >
      {pattern && !isVoid && (
        <svg viewBox={`0 0 ${SHOWN} ${SHOWN}`} shapeRendering="crispEdges" data-pattern={pattern} aria-hidden>
          <path d={marksOf(pattern)} fill={markColor(color)} />
        </svg>
      )}
    </span>
  )
}

/** Two periods of a pattern, as many pixels as a swatch has. */
const SHOWN = 2 * PATTERN_PERIOD

/** The outline of all marks of a pattern, a square for each. */
function marksOf(pattern: PatternName): string {
  const rows = patternRows[pattern]
  const squares: string[] = []
  for (let y = 0; y < SHOWN; y++)
    for (let x = 0; x < SHOWN; x++)
      if ((rows[y % PATTERN_PERIOD]! >> (x % PATTERN_PERIOD)) & 1) squares.push(`M${x} ${y}h1v1h-1z`)
  return squares.join('')
}

function markColor(color: string): string {
  const value = Number.parseInt(color.slice(1), 16)
  return `rgb(${markChannels(value >> 16, (value >> 8) & 0xff, value & 0xff).join(' ')})`
}
