import { createStore, type StoreApi } from 'zustand/vanilla'
import { type KeyValue, keepPreference, readPreference } from './preferences.ts'

/** First steps on the canvas, in the order in which they are shown. */
export const coachSteps = ['size', 'remove', 'pan'] as const
export type CoachStep = (typeof coachSteps)[number]

/** Which of them somebody has done or put away. */
export type CoachState = { readonly done: readonly CoachStep[] }
export type CoachStore = StoreApi<CoachState> & {
  finish(step: CoachStep): void
  dismiss(): void
  replay(): void
}

const isSteps = (value: unknown): value is CoachStep[] =>
  Array.isArray(value) && value.every((each) => coachSteps.some((step) => step === each))

export function createCoachStore(storage: KeyValue): CoachStore {
  const store = createStore<CoachState>(() => ({ done: readPreference(storage, 'coach', isSteps, []) }))
  keepPreference(store, storage, 'coach', (state) => state.done)
  return {
    ...store,
    finish: (step) => {
      const { done } = store.getState()
      if (!done.includes(step)) store.setState({ done: [...done, step] })
    },
    dismiss: () => store.setState({ done: coachSteps }),
    replay: () => store.setState({ done: [] }),
  }
}

/** The one to show now; null when all are done. */
export const nextStep = ({ done }: CoachState): CoachStep | null =>
  coachSteps.find((step) => !done.includes(step)) ?? null
