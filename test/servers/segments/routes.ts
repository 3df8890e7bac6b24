/** Every path of the server, without its last slash: `:x` is one open part. */
const table: readonly (readonly [method: string, path: string, operation: string])[] = [
  ['GET', '/api_status', 'api_status'],
  ['GET', '/user', 'get_user'],
  ['GET', '/users/:user', 'get_user'],
  ['GET', '/user/datasets', 'list_datasets'],
  ['GET', '/users/:user/datasets', 'list_datasets'],
  ['POST', '/user/datasets', 'create_dataset'],
  ['POST', '/organizations/:organization/datasets', 'create_dataset'],
  ['GET', '/datasets/:owner/:name', 'get_dataset'],
  ['PATCH', '/datasets/:owner/:name', 'update_dataset'],
  ['DELETE', '/datasets/:owner/:name', 'delete_dataset'],
  ['POST', '/datasets/:owner/:name/clone', 'clone_dataset'],
  ['POST', '/datasets/:owner/:name/collaborators', 'add_collaborator'],
  ['GET', '/datasets/:owner/:name/collaborators/:user', 'get_collaborator'],
  ['PATCH', '/datasets/:owner/:name/collaborators/:user', 'update_collaborator'],
  ['DELETE', '/datasets/:owner/:name/collaborators/:user', 'delete_collaborator'],
  ['GET', '/datasets/:owner/:name/samples', 'list_samples'],
  ['POST', '/datasets/:owner/:name/samples', 'create_sample'],
  ['POST', '/datasets/:owner/:name/samples_bulk', 'create_samples'],
  ['DELETE', '/datasets/:owner/:name/samples_bulk', 'delete_samples'],
  ['GET', '/samples/:uuid', 'get_sample'],
  ['PATCH', '/samples/:uuid', 'update_sample'],
  ['DELETE', '/samples/:uuid', 'delete_sample'],
  ['GET', '/labels/:uuid/:labelset', 'get_label'],
  ['PUT', '/labels/:uuid/:labelset', 'put_label'],
  ['PATCH', '/labels/:uuid/:labelset', 'patch_label'],
  ['DELETE', '/labels/:uuid/:labelset', 'delete_label'],
  ['GET', '/datasets/:owner/:name/labelsets', 'list_labelsets'],
  ['POST', '/datasets/:owner/:name/labelsets', 'create_labelset'],
  ['GET', '/datasets/:owner/:name/labelsets/:labelset', 'get_labelset'],
  ['DELETE', '/datasets/:owner/:name/labelsets/:labelset', 'delete_labelset'],
  ['GET', '/datasets/:owner/:name/issues', 'list_issues'],
  ['POST', '/samples/:uuid/issues', 'create_issue'],
  ['PATCH', '/issues/:uuid', 'update_issue'],
  ['DELETE', '/issues/:uuid', 'delete_issue'],
  ['GET', '/datasets/:owner/:name/releases', 'list_releases'],
  ['POST', '/datasets/:owner/:name/releases', 'create_release'],
  ['GET', '/datasets/:owner/:name/releases/:release', 'get_release'],
  ['DELETE', '/datasets/:owner/:name/releases/:release', 'delete_release'],
  ['GET', '/datasets/:owner/:name/workunits', 'list_workunits'],
  ['POST', '/assets', 'create_asset'],
]
const routes = table.map(([method, path, operation]) => ({
  method,
  operation,
  parts: path.split('/').slice(1),
}))

/** What a fault may be about. */
export const operations: ReadonlySet<string> = new Set([
  ...table.map(([, , operation]) => operation),
  'upload',
  'download',
  'api',
  'any',
])

export type Route =
  | { kind: 'api'; operation: string; params: string[] }
  | { kind: 'bucket'; operation: 'upload' | 'download' }
  /** The path is known, the method is not. */
  | { kind: 'method' }
  | { kind: 'none' }

/** The answer has every part of the path decoded. Both with and without a slash at the end. */
export function routeOf(method: string, path: string): Route {
  if (path.startsWith('/s3/')) {
    if (method === 'POST') return { kind: 'bucket', operation: 'upload' }
    return method === 'GET' || method === 'HEAD'
      ? { kind: 'bucket', operation: 'download' }
      : { kind: 'method' }
  }
  let asked: string[]
  try {
    asked = path.replace(/\/$/, '').split('/').slice(1).map(decodeURIComponent)
  } catch {
    return { kind: 'none' }
  }
  let isKnown = false
  for (const { method: own, operation, parts } of routes) {
    const fits =
      parts.length === asked.length &&
      parts.every((part, i) => (part.startsWith(':') ? asked[i] !== '' : part === asked[i]))
    if (!fits) continue
    isKnown = true
    const params = asked.filter((_, i) => parts[i]!.startsWith(':'))
    if (own === method) return { kind: 'api', operation, params }
  }
  return { kind: isKnown ? 'method' : 'none' }
}
