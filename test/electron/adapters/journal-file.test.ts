import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { realFileOps } from '../../../electron/adapters/file-ops.ts'
import {
  createJournalFile,
  journalFileName,
  MAX_RECORD_BYTES,
  parseJournalFileName,
  readJournal,
} from '../../../electron/adapters/journal-file.ts'
import { faultyFileOps } from '../../support/faulty-file-ops.ts'

const head = {
  sampleId: '0b54a5f3-3f5c-4a55-9d0f-0d3b6a0f3a11',
  session: '7d1b6f7c-52f1-4a5e-8a7e-3c1d2e5f6a77',
  base: null,
  covers: 0,
  width: 7,
  height: 5,
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tessera-journal-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function journalOf(bodies: readonly string[], path = join(folder(), 'one.jnl')): Buffer {
  const file = createJournalFile(realFileOps, path, head, Buffer.from(bodies[0]!))
  for (const body of bodies.slice(1)) file.append(Buffer.from(body))
  expect(file.bytes).toBe(readFileSync(path).length)
  file.close()
  return readFileSync(path)
}

const texts = (bytes: Uint8Array) => readJournal(bytes).bodies.map((body) => Buffer.from(body).toString())

it('reads back its head and every record', () => {
  const bytes = journalOf(['first', '', 'third'])
  expect(readJournal(bytes)).toMatchObject({ head, end: bytes.length })
  expect(texts(bytes)).toEqual(['first', '', 'third'])
})

it('reads exactly the whole records of a file that is cut at any byte', () => {
  const bodies = ['one', 'two, longer', 'three', 'four', 'five']
  const bytes = journalOf(bodies)
  const ends = bodies.map((_, i) => journalOf(bodies.slice(0, i + 1)).length)
  for (let length = 0; length <= bytes.length; length++) {
    const content = readJournal(bytes.subarray(0, length))
    const whole = ends.filter((end) => end <= length).length
    expect(content.bodies.map((body) => Buffer.from(body).toString())).toEqual(bodies.slice(0, whole))
    expect(content.end).toBeLessThanOrEqual(length)
  }
})

it('notices every single flipped bit, and keeps what comes before it', () => {
  const bodies = ['one', 'two', 'three']
  const bytes = journalOf(bodies)
  const ends = [0, 1, 2].map((i) => journalOf(bodies.slice(0, i + 1)).length)
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = Buffer.from(bytes)
    damaged[bit >> 3]! ^= 1 << (bit & 7)
    const whole = ends.filter((end) => end <= bit >> 3).length
    const read = readJournal(damaged)
    expect(read.end).toBeLessThan(bytes.length)
    expect(texts(damaged)).toEqual(bodies.slice(0, whole))
  }
})

it('does not believe a length beyond what a record may have', () => {
  const bytes = Buffer.concat([journalOf(['one']), Buffer.alloc(8)])
  bytes.writeUInt32LE(MAX_RECORD_BYTES + 1, bytes.length - 8)
  expect(texts(bytes)).toEqual(['one'])
  expect(readJournal(Buffer.from('something else entirely'))).toEqual({ head: null, bodies: [], end: 0 })
  expect(readJournal(Buffer.alloc(0))).toEqual({ head: null, bodies: [], end: 0 })
})

it('syncs the file and its folder before the first record counts, and the file before each further one', () => {
  const ops = faultyFileOps()
  const file = createJournalFile(ops, join(folder(), 'one.jnl'), head, Buffer.from('one'))
  expect(ops.calls.map(({ name }) => name)).toEqual(['open', 'write', 'fsync', 'open', 'fsync', 'close'])
  ops.calls.length = 0
  file.append(Buffer.from('two'))
  expect(ops.calls.map(({ name }) => name)).toEqual(['write', 'fdatasync'])
  file.close()
})

it('leaves nothing of a file that could not be begun', () => {
  const path = join(folder(), 'one.jnl')
  for (const failing of [0, 1, 2, 3, 4, 5]) {
    const ops = faultyFileOps()
    ops.fail('ENOSPC', (n) => n === failing)
    expect(() => createJournalFile(ops, path, head, Buffer.from('one'))).toThrow('ENOSPC')
    expect(() => readFileSync(path)).toThrow('ENOENT')
  }
})

it('takes no more records after a failed one, and keeps those before', () => {
  for (const failing of ['write', 'fdatasync']) {
    const path = join(folder(), 'one.jnl')
    const ops = faultyFileOps()
    const file = createJournalFile(ops, path, head, Buffer.from('one'))
    file.append(Buffer.from('two'))
    ops.fail('EIO', (_, call) => call.name === failing)
    expect(() => file.append(Buffer.from('three'))).toThrow('EIO')
    ops.heal()
    expect(() => file.append(Buffer.from('four'))).toThrow('no more records')
    file.close()
    expect(texts(readFileSync(path)).slice(0, 2)).toEqual(['one', 'two'])
  }
})

it('writes every byte when the disk takes one at a time', () => {
  const path = join(folder(), 'one.jnl')
  const file = createJournalFile(faultyFileOps({ shortWrites: true }), path, head, Buffer.from('one'))
  file.append(Buffer.from('two'))
  file.close()
  expect(texts(readFileSync(path))).toEqual(['one', 'two'])
})

it('does not write over a file that is there', () => {
  const path = join(folder(), 'one.jnl')
  writeFileSync(path, 'somebody else’s')
  expect(() => createJournalFile(realFileOps, path, head, Buffer.from('one'))).toThrow('EEXIST')
  expect(readFileSync(path, 'utf8')).toBe('somebody else’s')
})

it('knows its own names and no others', () => {
  const { sampleId, session } = head
  expect(parseJournalFileName(journalFileName(sampleId, session, 12))).toEqual({
    sampleId,
    session,
    part: 12,
  })
  for (const name of ['x.jnl', `${sampleId}.${session}.jnl`, `${sampleId}.${session}.1.jnl.part`, '..']) {
    expect(parseJournalFileName(name)).toBe(null)
  }
})
