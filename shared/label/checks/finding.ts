import type { Rect } from '../label-map.ts'

/** What is looked for, in the order in which it is told. */
export const checkNames = [
  'empty',
  'islands',
  'pinholes',
  'slivers',
  'tiny',
  'parts',
  'touching',
  'size',
] as const
export type CheckName = (typeof checkNames)[number]

/** The numbers that a finding stands on; lengths in pixels. */
export type Reason =
  /** Marked as labeled, and there is no object. */
  | { readonly check: 'empty' }
  /** Parts of an object below the limit, apart from its largest. `pixels`: of all of them. */
  | { readonly check: 'islands'; readonly count: number; readonly pixels: number; readonly limit: number }
  /** Unlabeled places below the limit with nothing but this object around them. */
  | { readonly check: 'pinholes'; readonly count: number; readonly pixels: number; readonly limit: number }
  /** Unlabeled pixels between two objects, nowhere wider than `width`. */
  | { readonly check: 'slivers'; readonly pixels: number; readonly width: number }
  | { readonly check: 'tiny'; readonly pixels: number; readonly limit: number }
  /** Parts of a thing that are no islands; the farthest is `gap` away from the largest, whose longer side is `side`. */
  | { readonly check: 'parts'; readonly count: number; readonly gap: number; readonly side: number }
  /** Two things of one category; `share` of the shorter outline, 0 … 1. */
  | { readonly check: 'touching'; readonly length: number; readonly share: number }
  /** `times` larger, or smaller when below 1, than the median of `outOf` objects of its category in this image. */
  | { readonly check: 'size'; readonly pixels: number; readonly times: number; readonly outOf: number }

export type Finding = {
  readonly reason: Reason
  /** Ids of the objects it is about, ascending: none for the image, two for what lies between them. */
  readonly objects: readonly number[]
  /** Null for the whole image. */
  readonly where: Rect | null
  /** Of the pixels of those objects: when they change, it is another finding. */
  readonly print: string
}

/** Almost certainly a slip of the hand; the others are questions that only a person can answer. */
const slips: ReadonlySet<CheckName> = new Set(['empty', 'islands', 'pinholes', 'slivers', 'tiny'])
export const isSlip = ({ reason }: Finding): boolean => slips.has(reason.check)

/** Somebody looked at a finding and said that it is no problem. */
export type Dismissal = {
  readonly check: string
  readonly objects: readonly number[]
  readonly print: string
}

/** Whether two are about the same, as long as the pixels are. */
export const isSameSubject = (a: Dismissal, b: Dismissal): boolean =>
  a.check === b.check &&
  a.objects.length === b.objects.length &&
  a.objects.every((id, i) => id === b.objects[i])

export const dismissalOf = ({ reason, objects, print }: Finding): Dismissal => ({
  check: reason.check,
  objects,
  print,
})

/** Those that nobody has dismissed as they are now. */
export function undismissed(
  findings: readonly Finding[],
  dismissed: readonly Dismissal[],
): readonly Finding[] {
  const key = ({ check, objects, print }: Dismissal) => `${check} ${objects.join()} ${print}`
  const gone = new Set(dismissed.map(key))
  return findings.filter((finding) => !gone.has(key(dismissalOf(finding))))
}
