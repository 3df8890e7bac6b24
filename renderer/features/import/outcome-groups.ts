import type { ImportOutcome } from '../../../shared/host/host-api.ts'

type Of<K extends ImportOutcome['kind']> = Extract<ImportOutcome, { kind: K }>

/** The outcomes of a job by what a person wants to know of them. Renamed files are not among `added`. */
export function groupOutcomes(outcomes: readonly ImportOutcome[]) {
  const added = outcomes.filter((outcome): outcome is Of<'added'> => outcome.kind === 'added')
  return {
    added: added.filter(({ renamedFrom }) => renamedFrom === null),
    renamed: added.filter(({ renamedFrom }) => renamedFrom !== null),
    duplicates: outcomes.filter((outcome): outcome is Of<'duplicate'> => outcome.kind === 'duplicate'),
    rejected: outcomes.filter((outcome): outcome is Of<'rejected'> => outcome.kind === 'rejected'),
  }
}
