import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGraph, type VersionNode } from '../../../shared/history/graph.ts'
import { layoutGraph } from '../../../shared/history/graph-layout.ts'
import { graphText } from '../../../shared/history/graph-text.ts'

/** `3: 2 1` is version 3 with the parents 2 and 1. */
function historyOf(...lines: string[]): VersionNode[] {
  return lines.map((line) => {
    const [number, parents = ''] = line.split(':')
    return {
      id: number!.trim(),
      number: Number(number),
      parents: parents.trim().split(/\s+/).filter(Boolean),
    }
  })
}

/** Any history: each version has up to three parents among the earlier ones. */
const histories = (maxLength: number) =>
  fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength }).map((picks) =>
    picks.map(
      (parents, i): VersionNode => ({
        id: String(i + 1),
        number: i + 1,
        parents: i === 0 ? [] : [...new Set(parents.map((pick) => String((pick % i) + 1)))],
      }),
    ),
  )

describe('what versions come from', () => {
  const fork = historyOf('1', '2: 1', '3: 1', '4: 2', '5: 3')

  it('is themselves and all their parents', () => {
    const graph = createGraph(fork)
    expect([...graph.ancestors('4')].sort()).toEqual(['1', '2', '4'])
    expect(graph.descends('4', '1')).toBe(true)
    expect(graph.descends('4', '4')).toBe(true)
    expect(graph.descends('4', '3')).toBe(false)
    expect(graph.tips()).toEqual(['5', '4'])
  })

  it('has one base where a branch began', () => {
    expect(createGraph(fork).base('4', '5')).toEqual({ base: '1', others: [] })
    expect(createGraph(fork).base('4', '2')).toEqual({ base: '2', others: [] })
  })

  it('has the newest of several bases where two branches merged each other', () => {
    const crossed = historyOf('1', '2: 1', '3: 1', '4: 2 3', '5: 3 2')
    expect(createGraph(crossed).base('4', '5')).toEqual({ base: '3', others: ['2'] })
  })

  it('has no base between histories that have nothing in common', () => {
    expect(createGraph(historyOf('1', '2')).base('1', '2')).toEqual({ base: null, others: [] })
  })

  it('passes over parents that are not there', () => {
    expect(createGraph(historyOf('2: 1', '3: 2')).base('2', '3')).toEqual({ base: '2', others: [] })
  })

  it('has a base that no other common ancestor comes from, in any history', () => {
    fc.assert(
      fc.property(histories(14), fc.nat(), fc.nat(), (nodes, i, j) => {
        const graph = createGraph(nodes)
        const [a, b] = [nodes[i % nodes.length]!.id, nodes[j % nodes.length]!.id]
        const reach = (id: string): string[] => [
          id,
          ...nodes.find((each) => each.id === id)!.parents.flatMap(reach),
        ]
        const common = reach(a).filter((id) => reach(b).includes(id))
        const best = [...new Set(common)].filter(
          (id) => !common.some((other) => other !== id && reach(other).includes(id)),
        )
        const sorted = best.sort((x, y) => Number(y) - Number(x))
        const { base, others } = graph.base(a, b)
        expect([base, ...others]).toEqual(sorted.length === 0 ? [null] : sorted)
        expect(graph.base(b, a)).toEqual({ base, others })
      }),
    )
  })
})

describe('the drawing of a history', () => {
  const picture = (nodes: VersionNode[], head: string | null) =>
    graphText(layoutGraph(nodes, head)).flatMap(({ id, first, joint }) => [
      `${first} ${id}`,
      ...(joint ? [joint] : []),
    ])

  it('is one straight line where nothing branches', () => {
    expect(picture(historyOf('1', '2: 1', '3: 2'), '3')).toEqual(['* 3', '* 2', '* 1'])
  })

  it('keeps the branch the library is on at the left', () => {
    expect(picture(historyOf('1', '2: 1', '3: 1', '4: 2'), '4')).toEqual([
      '* 4',
      '| * 3',
      '* | 2',
      '|/',
      '* 1',
    ])
    expect(picture(historyOf('1', '2: 1', '3: 1', '4: 2'), '3')).toEqual([
      '  * 4',
      '* | 3',
      '| * 2',
      '|/',
      '* 1',
    ])
  })

  it('shows a merge', () => {
    expect(picture(historyOf('1', '2: 1', '3: 1', '4: 2 3'), '4')).toEqual([
      '* 4',
      '|\\',
      '| * 3',
      '* | 2',
      '|/',
      '* 1',
    ])
  })

  it('draws every version once, every parent reached, and no line through a version', () => {
    fc.assert(
      fc.property(histories(20), fc.option(fc.nat()), (nodes, pick) => {
        const head = pick === null ? null : nodes[pick % nodes.length]!.id
        const { rows, width } = layoutGraph(nodes, head)
        expect(rows.map(({ id }) => Number(id))).toEqual(nodes.map(({ number }) => number).reverse())
        expect(layoutGraph(nodes.toReversed(), head)).toEqual({ rows, width })
        for (const [i, row] of rows.entries()) {
          const own = row.lines.filter(({ from }) => from === row.lane)
          const reached = own.map(({ to }) => arrival(i + 1, to))
          expect(reached.sort()).toEqual([...nodes.find(({ id }) => id === row.id)!.parents].sort())
          // Nothing passes that does not come from above, and each lane that passes goes one way.
          const fed = new Set(i === 0 ? [] : rows[i - 1]!.lines.map(({ to }) => to))
          expect([...row.passing, ...(fed.has(row.lane) ? [row.lane] : [])].sort()).toEqual([...fed].sort())
          for (const lane of row.passing)
            expect(row.lines.filter(({ from }) => from === lane)).toHaveLength(1)
          expect(Math.max(row.lane, ...row.lines.map(({ to }) => to))).toBeLessThan(width)
        }

        /** The version that a line leads to which comes into a row at a lane. */
        function arrival(from: number, at: number): string {
          let lane = at
          for (const row of rows.slice(from)) {
            if (row.lane === lane) return row.id
            lane = row.lines.find((line) => line.from === lane)!.to
          }
          throw new Error('a line leads nowhere')
        }
      }),
      { numRuns: 300 },
    )
  })

  it('keeps the first parents of the head in lane 0', () => {
    fc.assert(
      fc.property(histories(20), fc.nat(), (nodes, pick) => {
        const head = nodes[pick % nodes.length]!
        const { rows } = layoutGraph(nodes, head.id)
        for (let id: string | undefined = head.id; id !== undefined; ) {
          expect(rows.find((row) => row.id === id)!.lane).toBe(0)
          id = nodes.find((node) => node.id === id)!.parents[0]
        }
      }),
    )
  })

  it('is made of 1,000 versions on 40 branches, the same each time, and never wider than the branches', () => {
    const nodes: VersionNode[] = []
    const tips: string[] = []
    for (let n = 1; n <= 1000; n++) {
      const branch = (n * 7919) % 40
      const parents = tips.length === 0 ? [] : [tips[branch] ?? tips[0]!]
      const other = tips[(n * 31) % Math.max(1, tips.length)]
      if (n % 9 === 0 && other && !parents.includes(other)) parents.push(other)
      nodes.push({ id: String(n), number: n, parents })
      tips[tips[branch] ? branch : tips.length] = String(n)
    }
    const layout = layoutGraph(nodes, '1000')
    expect(layout.rows).toHaveLength(1000)
    expect(layout.width).toBeLessThanOrEqual(60)
    expect(layoutGraph(nodes, '1000')).toEqual(layout)
    expect(graphText(layout)).toHaveLength(1000)
  })
})
