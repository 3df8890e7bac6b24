import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { costTable } from '../../shared/superpixel/merge-cost-table.ts'

const script = fileURLToPath(new URL('../../scripts/learn-merge-cost.ts', import.meta.url))
const few = ['--scenes', '2', '--width', '96', '--height', '64', '--rounds', '1', '--constants', 'flatness']

async function learnt(): Promise<{ output: string; table: Record<string, number> }> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...few])
  return {
    output: stdout,
    table: JSON.parse(stdout.slice(stdout.lastIndexOf('{'))) as Record<string, number>,
  }
}

it('learns a constant on a few small scenes, the same one each time, and says where it comes from', {
  timeout: 120_000,
}, async () => {
  const [first, second] = [await learnt(), await learnt()]
  expect(second.output).toBe(first.output)
  const { flatness, ...others } = first.table
  expect(others).toEqual({ ...costTable, flatness: undefined })
  expect(flatness).toBeGreaterThan(0)
  const [, before, found] = /objective before (\S+), found (\S+), rounded/.exec(first.output)!
  expect(Number(found)).toBeLessThanOrEqual(Number(before))
  expect(first.output).toContain('scenes 2, seed 1, 96 × 64')
})
