import { expect, it } from 'vitest'
import { coachSteps, createCoachStore, nextStep } from '../../../renderer/stores/coach.ts'

function storage(content: Record<string, string> = {}) {
  const kept = new Map(Object.entries(content))
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
}

it('shows at most three steps, one after the other, each until it was done', () => {
  const disk = storage()
  const coach = createCoachStore(disk)
  expect(coachSteps).toHaveLength(3)
  expect(nextStep(coach.getState())).toBe('size')
  coach.finish('remove')
  coach.finish('size')
  expect(nextStep(coach.getState())).toBe('pan')
  const again = createCoachStore(disk)
  expect(nextStep(again.getState())).toBe('pan')
  again.dismiss()
  expect(nextStep(again.getState())).toBeNull()
  again.replay()
  expect(nextStep(again.getState())).toBe('size')
})

it('begins anew with what it cannot read', () => {
  expect(nextStep(createCoachStore(storage({ 'tessera.coach': '["dance"]' })).getState())).toBe('size')
})
