import { AppError } from '../../shared/base/app-error.ts'

/** What any call may carry, far above what a method takes. Pixels and files go through the data plane. */
export const inputLimits = { depth: 64, values: 200_000, characters: 4 * 1024 * 1024 } as const

// A parser that copies such a key onto an object would change every object.
const refusedKeys = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Throws AppError `BAD_REQUEST` for a value that is too deep or too large, holds something other than plain data, or a
 * key that changes prototypes. Walks without recursion and reads no getter: the value comes from outside.
 */
export function checkInputBounds(input: unknown): void {
  const open: { value: unknown; depth: number }[] = [{ value: input, depth: 0 }]
  let values = 0
  let characters = 0
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next
    if (++values > inputLimits.values) throw refuse('too many values')
    if (typeof value === 'string') characters += value.length
    else if (typeof value === 'object' && value !== null) {
      if (depth >= inputLimits.depth) throw refuse('a value nested too deeply')
      const prototype: unknown = Object.getPrototypeOf(value)
      if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null)
        throw refuse('a value that is no plain data')
      for (const key of Object.keys(value)) {
        if (refusedKeys.has(key)) throw refuse(`a field named "${key}"`)
        characters += key.length
        const field = Object.getOwnPropertyDescriptor(value, key)
        if (!field || !('value' in field)) throw refuse('a value that is no plain data')
        open.push({ value: field.value, depth: depth + 1 })
      }
    } else if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint')
      throw refuse('a value that is no plain data')
    if (characters > inputLimits.characters) throw refuse('too much text')
  }
}

function refuse(what: string): AppError {
  return new AppError('BAD_REQUEST', `The request holds ${what}.`, {
    remedy: 'Reload the window. If it stays so, report it with the log.',
  })
}
