/** An answer that says no: a status and the body that Django REST framework writes for it. */
export class Refusal extends Error {
  readonly status: number
  readonly body: unknown

  constructor(status: number, body: unknown) {
    super(JSON.stringify(body))
    this.status = status
    this.body = body
  }
}

export const notFound = () => new Refusal(404, { detail: 'Not found.' })
export const forbidden = () =>
  new Refusal(403, { detail: 'You do not have permission to perform this action.' })
export const unauthenticated = () =>
  new Refusal(401, { detail: 'Authentication credentials were not provided.' })
export const invalid = (field: string, message: string) => new Refusal(400, { [field]: [message] })
