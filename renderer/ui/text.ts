import type { KeyState } from '../../shared/host/host-api.ts'
import type { CommandScope } from '../commands/command.ts'
import type { PresetName } from '../commands/presets.ts'

const number = new Intl.NumberFormat('en')
// The same hours and minutes alone and beside a date.
const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** `1,204`. */
export const formatNumber = (value: number): string => number.format(value)
/** `14:02`. */
export const formatTime = (epochMs: number): string => time.format(epochMs)
/** `14:02` today, else with the date. */
export function formatWhen(epochMs: number, now: number = Date.now()): string {
  const isToday = new Date(epochMs).toDateString() === new Date(now).toDateString()
  return isToday ? time.format(epochMs) : dateTime.format(epochMs)
}
/** `today 14:02`, `yesterday 14:02`, else with the date. */
export function formatDay(epochMs: number, now: number = Date.now()): string {
  const isOn = (day: number) => new Date(epochMs).toDateString() === new Date(day).toDateString()
  if (isOn(now)) return `today ${time.format(epochMs)}`
  return isOn(now - 86_400_000) ? `yesterday ${time.format(epochMs)}` : dateTime.format(epochMs)
}
export const formatDateTime = (epochMs: number): string => dateTime.format(epochMs)

/** Decimal units, as file managers show them: `1.2 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < byteUnits.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${byteUnits[unit]}`
}

/** `1 image`, `2 images`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatNumber(count)} ${count === 1 ? one : many}`

/** Where the W&B key comes from. */
export const keySourceText: Record<KeyState['source'], string> = {
  none: 'no key',
  environment: 'key from WANDB_API_KEY',
  keyring: 'key in the system keyring',
  memory: 'key until Tessera closes',
  file: 'key in a private file',
  netrc: 'key from netrc',
}

/** Where keys act, as headings and beside commands. */
export const scopeText: Record<CommandScope, string> = {
  canvas: 'Labeling',
  review: 'Review',
  grid: 'Dataset',
  history: 'History',
  compare: 'Comparison',
  conflicts: 'Conflicts',
  lineage: 'Lineage',
  sync: 'Sync',
  pull: 'Get data',
  segments: 'Segments.ai',
  global: 'Everywhere',
}

export const presetText: Record<PresetName, string> = {
  default: 'Default',
  'segments-ai': 'Segments.ai',
  cvat: 'CVAT',
}

/** Words of the kit itself; each feature has a catalogue of its own beside it. */
export const uiText = {
  close: 'Close',
  dismiss: 'Dismiss',
  loading: 'Loading …',
  retry: 'Try again',
  cancel: 'Cancel',
  details: 'Details',
  stop: 'Stop',
  stopping: 'Stopping …',
} as const
