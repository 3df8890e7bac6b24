import { checkManifest } from './check-manifest.ts'
import type { Part } from './grants.ts'
import { linkMutations } from './links.ts'
import type { Desk, Nodes } from './nodes.ts'
import { Refusal, text, textOrNull } from './refusal.ts'
import type { Args, Json, Node } from './schema.ts'
import { base64Of, hexOf, type StoredArtifact, type StoredRun } from './state.ts'

type Upload = { readonly birth: string; readonly md5: string; readonly path: string; readonly parts: Part[] }

/** Everything that can be done, by the name of the mutation; each takes its `input`. */
export function createMutations(desk: Desk, nodes: Nodes): Record<string, (input: Args) => Node> {
  const { store, grants, options } = desk
  const { state } = store
  /** Large files that are arriving in parts, by upload id. */
  const uploads = new Map<string, Upload>()

  const enter = (entity: string, project: string) => {
    const known = store.project(entity, project)
    if (known) return known
    const made = { entity, name: project, createdAt: new Date().toISOString(), description: null }
    state.projects.push(made)
    return made
  }
  const known = (id: Json | undefined): StoredArtifact => {
    const artifact = store.artifact(text(id))
    if (artifact === undefined || artifact.state === 'DELETED') throw new Refusal('artifact not found')
    return artifact
  }
  const committed = (id: Json | undefined, what: string): StoredArtifact => {
    const artifact = known(id)
    if (artifact.state !== 'COMMITTED') throw new Refusal(`${what} needs a committed version`)
    return artifact
  }
  const runOf = (input: Args): StoredRun => {
    const run = store.run(text(input.entityName), text(input.projectName), text(input.runName))
    if (run === undefined) throw new Refusal(`run ${text(input.runName)} not found`)
    return run
  }
  const giveAliases = (target: StoredArtifact, aliases: string[]) => {
    for (const other of store.versions(target.entity, target.project, target.collection)) {
      if (other.id !== target.id) other.aliases = other.aliases.filter((alias) => !aliases.includes(alias))
    }
    target.aliases = [...new Set([...target.aliases, ...aliases])]
  }
  const readAliases = (target: { collection: string }, aliases: Json | undefined): string[] =>
    ((aliases ?? []) as Args[]).map((one) => {
      const alias = text(one.alias)
      if (!/^[^/:]{1,128}$/.test(alias) || /^v\d+$/.test(alias)) throw new Refusal(`invalid alias ${alias}`)
      if (one.artifactCollectionName !== target.collection)
        throw new Refusal(`alias for another collection, ${text(one.artifactCollectionName)}`)
      return alias
    })
  const readTags = (tags: Json | undefined): string[] =>
    ((tags ?? []) as Args[]).map((one) => {
      const tag = text(one.tagName)
      if (!/^[-\w]+([ ]+[-\w]+)*$/.test(tag) || tag.length > 128) throw new Refusal(`invalid tag ${tag}`)
      return tag
    })
  const readMetadata = (metadata: Json | undefined): string | null => {
    if (typeof metadata !== 'string') return null
    const value = JSON.parse(metadata) as Json
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Refusal('metadata must be an object')
    if (Object.keys(value).length > 100) throw new Refusal('metadata has more than 100 keys')
    return metadata
  }
  const target = (md5: string, done: () => void) => ({
    uploadUrl: grants.sign({ kind: 'put', md5, done }),
    uploadHeaders: [`Content-MD5:${md5}`, 'Content-Type:application/octet-stream', 'x-store-class:standard'],
  })
  const arrived = (birth: string, md5: string) => {
    store.uploaded.add(`${birth}:${hexOf(md5)}`)
    store.save()
  }
  /** The first version of the collection that holds those bytes under that name owns them. */
  const birthOf = (artifact: StoredArtifact, name: string, md5: string): string => {
    const before = store
      .versions(artifact.entity, artifact.project, artifact.collection)
      .findLast((version) => version.files[name]?.md5 === md5)
    return before?.files[name]?.birth ?? artifact.id
  }

  function announce(spec: Args, inParts: Json | undefined): Node {
    const [artifact, name, md5] = [known(spec.artifactID), text(spec.name), text(spec.md5)]
    if (artifact.state !== 'PENDING') throw new Refusal('artifact is already committed')
    if (artifact.manifest?.id !== spec.artifactManifestID)
      throw new Refusal('files before their manifest was reserved')
    if (artifact.manifest?.md5 !== '') throw new Refusal('files after the manifest was declared')
    if (Buffer.from(md5, 'base64').length !== 16) throw new Refusal('md5 must be the base64 of 16 bytes')
    if (typeof spec.digest === 'string' && spec.digest !== md5) throw new Refusal('digest is not the md5')
    const birth = birthOf(artifact, name, md5)
    artifact.files[name] = { md5, birth }
    const path = `${birth}/${hexOf(md5)}`
    const file = {
      id: 'RmlsZTox',
      name,
      directUrl: '',
      sizeBytes: 0,
      storagePath: path,
      uploadUrl: null,
      uploadHeaders: [],
      uploadMultipartUrls: null,
      artifact: () => nodes.artifact(store.artifact(birth)!),
    }
    if (store.uploaded.has(`${birth}:${hexOf(md5)}`)) return file
    const single = target(md5, () => arrived(birth, md5))
    if (!Array.isArray(inParts) || inParts.length === 0 || !options.multipart) return { ...file, ...single }
    const parts = (inParts as Args[]).map((part, i): Part => {
      if (part.partNumber !== i + 1) throw new Refusal('part numbers must count from 1')
      const hex = text(part.hexMD5)
      return { number: i + 1, hex, etag: null, md5: base64Of(hex) }
    })
    const uploadID = `upload-${state.next++}`
    uploads.set(uploadID, { birth, md5, path, parts })
    const urls = parts.map((part) => ({
      partNumber: part.number,
      uploadUrl: grants.sign({ kind: 'part', md5: part.md5, part }),
    }))
    return { ...file, ...single, uploadMultipartUrls: { uploadID, uploadUrlParts: urls } }
  }

  return {
    upsertModel(input) {
      const [entity, name] = [text(input.entityName ?? options.entity), text(input.name)]
      const inserted = store.project(entity, name) === undefined
      const project = enter(entity, name)
      project.description = textOrNull(input.description) ?? project.description
      const node = nodes.project(project)
      return { project: node, model: node, inserted }
    },

    upsertBucket(input) {
      const byId = state.runs.find((run) => run.id === input.id)
      const entity = textOrNull(input.entityName) ?? options.entity
      const project = textOrNull(input.modelName) ?? 'uncategorized'
      const name = textOrNull(input.name) ?? `run${state.next}`
      if (name === '' || /[:;,#?/']|^\s|\s$/.test(name)) throw new Refusal(`invalid run name ${name}`)
      let run = byId ?? store.run(entity, project, name)
      const inserted = run === undefined
      if (run === undefined) {
        if (typeof input.id === 'string') throw new Refusal('run not found')
        enter(entity, project)
        run = {
          id: store.id('Run'),
          entity,
          project,
          name,
          displayName: null,
          jobType: null,
          group: null,
          config: null,
          tags: [],
          notes: null,
          state: 'running',
          createdAt: new Date().toISOString(),
          history: [],
          summary: null,
          inputs: [],
          outputs: [],
        }
        state.runs.push(run)
      }
      run.displayName = textOrNull(input.displayName) ?? run.displayName
      run.jobType = textOrNull(input.jobType) ?? run.jobType
      run.group = textOrNull(input.groupName) ?? run.group
      run.config = textOrNull(input.config) ?? run.config
      run.notes = textOrNull(input.notes) ?? run.notes
      run.summary = textOrNull(input.summaryMetrics) ?? run.summary
      if (Array.isArray(input.tags)) run.tags = input.tags.map((tag) => text(tag))
      return { inserted, bucket: nodes.run(run) }
    },

    createArtifactType(input) {
      enter(text(input.entityName), text(input.projectName))
      return { artifactType: { id: 'QXJ0aWZhY3RUeXBlOjE=', name: text(input.name) } }
    },

    createArtifact(input) {
      const [entity, project] = [text(input.entityName), text(input.projectName)]
      const names = (input.artifactCollectionNames ?? []) as Json[]
      const collection = textOrNull(input.artifactCollectionName) ?? text(names[0])
      const [type, digest] = [text(input.artifactTypeName), text(input.digest)]
      if (!/^[0-9a-f]{32}$/.test(digest)) throw new Refusal('digest must be 32 hexadecimal digits')
      if (!/^[^/:]{1,128}$/.test(collection))
        throw new Refusal(`invalid artifact name ${collection}, must be 128 characters or less`)
      const run = input.runName == null ? null : runOf(input)
      const versions = store.versions(entity, project, collection)
      if (versions.some((v) => v.type !== type)) throw new Refusal(`${collection} has another artifact type`)
      const aliases = readAliases({ collection }, input.aliases)
      const metadata = readMetadata(input.metadata)
      const tags = readTags(input.tags)
      const candidates =
        options.dedupe === 'any' ? versions : options.dedupe === 'newest' ? versions.slice(-1) : []
      const same = candidates.find((v) => v.digest === digest)
      if (same && input.enableDigestDeduplication === true) {
        giveAliases(same, aliases)
        return { artifact: nodes.artifact(same) }
      }
      enter(entity, project)
      const artifact: StoredArtifact = {
        id: store.id('Artifact'),
        entity,
        project,
        collection,
        type,
        digest,
        state: 'PENDING',
        clientID: textOrNull(input.clientID),
        runName: run?.name ?? null,
        description: textOrNull(input.description),
        metadata,
        versionIndex: null,
        createdAt: new Date().toISOString(),
        requestedAliases: aliases,
        aliases: [],
        tags,
        ttlDurationSeconds: typeof input.ttlDurationSeconds === 'number' ? input.ttlDurationSeconds : -1,
        historyStep: typeof input.historyStep === 'number' ? input.historyStep : null,
        size: 0,
        fileCount: 0,
        manifest: null,
        files: Object.create(null) as StoredArtifact['files'],
        usedBy: [],
      }
      state.artifacts.push(artifact)
      return { artifact: nodes.artifact(artifact) }
    },

    createArtifactManifest(input) {
      const artifact = known(input.artifactID)
      runOf(input)
      if (artifact.state !== 'PENDING') throw new Refusal('artifact is already committed')
      if (input.type !== 'FULL' || input.name !== 'wandb_manifest.json')
        throw new Refusal('expected a FULL manifest')
      artifact.manifest ??= { id: store.id('ArtifactManifest'), md5: '', uploaded: false }
      return declare(artifact.manifest, text(input.digest))
    },

    updateArtifactManifest(input) {
      const artifact = state.artifacts.find(({ manifest }) => manifest?.id === input.artifactManifestID)
      if (!artifact?.manifest || artifact.state !== 'PENDING') throw new Refusal('manifest not found')
      return declare(artifact.manifest, textOrNull(input.digest) ?? '')
    },

    createArtifactFiles(input) {
      if (input.storageLayout !== 'V2') throw new Refusal('expected storage layout V2')
      if (input.digestAlgorithm != null && input.digestAlgorithm !== 'MANIFEST_MD5')
        throw new Refusal('this server keeps MD5 only')
      const specs = input.artifactFiles as Args[]
      const edges = specs.map((spec) => ({ cursor: '', node: announce(spec, spec.uploadPartsInput) }))
      return {
        files: { totalCount: edges.length, pageInfo: { endCursor: null, hasNextPage: false }, edges },
      }
    },

    completeMultipartUploadArtifact(input) {
      const upload = uploads.get(text(input.uploadID))
      if (!upload || upload.birth !== input.artifactID || upload.path !== input.storagePath)
        throw new Refusal('upload not found')
      if (input.completeMultipartAction !== 'Complete') {
        uploads.delete(text(input.uploadID))
        return { digest: null }
      }
      const completed = input.completedParts as Args[]
      // The tag of each part, quotes included, in the place of its hash.
      const isWhole =
        completed.length === upload.parts.length &&
        upload.parts.every(
          ({ number, etag }, i) =>
            etag !== null && completed[i]!.partNumber === number && completed[i]!.hexMD5 === etag,
        )
      if (!isWhole) throw new Refusal('a part is missing or is not what was sent')
      const draft = store.draft()
      for (const { md5 } of upload.parts) draft.write(store.blob(md5)!)
      const md5 = draft.end()
      if (md5 !== upload.md5) {
        draft.drop()
        throw new Refusal('the parts do not make the file')
      }
      draft.keep(md5)
      uploads.delete(text(input.uploadID))
      const wanted = new Set([...uploads.values()].flatMap(({ parts }) => parts.map((part) => part.md5)))
      for (const part of upload.parts) if (!wanted.has(part.md5)) store.dropBlob(part.md5)
      arrived(upload.birth, md5)
      return { digest: md5 }
    },

    commitArtifact(input) {
      const artifact = known(input.artifactID)
      if (artifact.state === 'COMMITTED') return { artifact: nodes.artifact(artifact) }
      checkManifest(store, artifact)
      artifact.state = 'COMMITTED'
      const used = state.artifacts.filter(
        (a) =>
          a.entity === artifact.entity &&
          a.project === artifact.project &&
          a.collection === artifact.collection,
      )
      // An index is never given again, also when its version was deleted.
      artifact.versionIndex = Math.max(-1, ...used.map((a) => a.versionIndex ?? -1)) + 1
      if (options.movesAliases) giveAliases(artifact, artifact.requestedAliases)
      const run = artifact.runName && store.run(artifact.entity, artifact.project, artifact.runName)
      if (run) run.outputs.push(artifact.id)
      return { artifact: nodes.artifact(artifact) }
    },

    useArtifact(input) {
      const artifact = committed(input.artifactID, 'an input')
      const run = runOf(input)
      if (options.features.includes('USE_ARTIFACT_WITH_ENTITY_AND_PROJECT_INFORMATION')) {
        const [entity, project] = [input.artifactEntityName ?? '', input.artifactProjectName ?? '']
        const isElsewhere = artifact.entity !== run.entity || artifact.project !== run.project
        if (isElsewhere && (entity !== artifact.entity || project !== artifact.project))
          throw new Refusal('entity and project of the artifact are needed')
      }
      if (!run.inputs.includes(artifact.id)) run.inputs.push(artifact.id)
      const { entity, project, name } = run
      if (!artifact.usedBy.some((by) => store.run(by.entity, by.project, by.name) === run))
        artifact.usedBy.push({ entity, project, name })
      return { artifact: nodes.artifact(artifact) }
    },

    updateArtifact(input) {
      const artifact = known(input.artifactID)
      artifact.description = textOrNull(input.description) ?? artifact.description
      artifact.metadata = readMetadata(input.metadata) ?? artifact.metadata
      if (typeof input.ttlDurationSeconds === 'number') artifact.ttlDurationSeconds = input.ttlDurationSeconds
      const gone = readTags(input.tagsToDelete)
      const tags = [...artifact.tags, ...readTags(input.tagsToAdd)]
      artifact.tags = [...new Set(tags)].filter((tag) => !gone.includes(tag))
      if (Array.isArray(input.aliases)) artifact.aliases = readAliases(artifact, input.aliases)
      return { artifact: nodes.artifact(artifact) }
    },

    deleteArtifact(input) {
      const artifact = known(input.artifactID)
      if (artifact.aliases.length > 0 && input.deleteAliases !== true)
        throw new Refusal('cannot delete an artifact that has aliases')
      artifact.state = 'DELETED'
      artifact.aliases = []
      return { artifact: nodes.artifact(artifact) }
    },

    addAliases(input) {
      const artifact = committed(input.artifactID, 'an alias')
      giveAliases(artifact, readAliases(artifact, input.aliases))
      return { success: true }
    },

    deleteAliases(input) {
      const artifact = committed(input.artifactID, 'an alias')
      const gone = readAliases(artifact, input.aliases)
      artifact.aliases = artifact.aliases.filter((alias) => !gone.includes(alias))
      return { success: true }
    },

    ...linkMutations(store, nodes.links, committed, enter),

    createRunFiles(input) {
      const run = runOf(input)
      const files = (input.files as string[]).map((name) => ({
        id: 'RmlsZTox',
        name,
        directUrl: '',
        sizeBytes: 0,
        uploadUrl: grants.sign({ kind: 'put', md5: '', done: () => {} }),
        uploadHeaders: [],
      }))
      return { runID: run.id, uploadHeaders: [], files }
    },

    markRunFilesUploaded(input) {
      runOf(input)
      return { success: true }
    },
  }

  function declare(manifest: NonNullable<StoredArtifact['manifest']>, md5: string) {
    const file = { id: 'RmlsZTox', name: 'wandb_manifest.json', directUrl: '', sizeBytes: 0 }
    const shown = { id: manifest.id, digest: md5, type: 'FULL' }
    if (md5 === '')
      return { artifactManifest: { ...shown, file: { ...file, uploadUrl: null, uploadHeaders: [] } } }
    manifest.md5 = md5
    manifest.uploaded = false
    const put = target(md5, () => {
      manifest.uploaded = true
      store.save()
    })
    return { artifactManifest: { ...shown, file: { ...file, ...put } } }
  }
}
