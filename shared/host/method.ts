import { z } from 'zod'
import { errorCodes } from '../base/app-error.ts'

/** One method of the host: the schemas of what goes in and of what comes out. */
export type Method<I extends z.ZodType, O extends z.ZodType> = { readonly input: I; readonly output: O }
export function method<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Method<I, O> {
  return { input, output }
}

export const none = z.strictObject({})
export const sampleId = z.uuid()
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
/** Wall time in milliseconds, for display only. */
export const epochMs = z.number()

export const errorInfoSchema = z.object({
  code: z.enum(Object.keys(errorCodes) as [keyof typeof errorCodes, ...(keyof typeof errorCodes)[]]),
  message: z.string(),
  remedy: z.string(),
  retry: z.enum(['auto', 'manual', 'never']),
})
