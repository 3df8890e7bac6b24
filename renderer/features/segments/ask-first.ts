import type { SegmentsMode, SegmentsPlan } from '../../../shared/host/segments-methods.ts'
import type { Stores } from '../../stores/stores.ts'

/** Labels that were reviewed or verified there and would be written over by a run of this way, by name. */
export const reviewedBy = (mode: SegmentsMode, plan: SegmentsPlan | null): readonly string[] =>
  plan === null || mode === 'pull'
    ? []
    : plan.items.filter(({ overwritesReviewed }) => overwritesReviewed).map(({ name }) => name)

/** Begins a run; before labels are written over that somebody judged, or unusually many, it is asked. */
export function askThenRun(
  { segments, dialogs }: Pick<Stores, 'segments' | 'dialogs'>,
  mode: SegmentsMode,
): void {
  const { plan } = segments.getState().look
  const isReviewed = plan !== null && plan.reviewed > 0 && mode !== 'pull'
  const isUnusual = plan?.needsConfirmation === true && mode !== 'publish'
  if (isReviewed || isUnusual) dialogs.show({ kind: 'segments-ask', mode })
  else void segments.run({ mode })
}
