import { z } from 'zod'

/** The bodies of requests. What a client sends beside them is refused; what a label or a category holds beside is kept. */

export const taskTypes = [
  'segmentation-bitmap',
  'segmentation-bitmap-highres',
  'image-segmentation-sequence',
  'bboxes',
  'vector',
  'keypoints',
  'image-vector-sequence',
  'pointcloud-cuboid',
  'pointcloud-cuboid-sequence',
  'pointcloud-segmentation',
  'pointcloud-segmentation-sequence',
  'pointcloud-vector',
  'pointcloud-vector-sequence',
  'multisensor-sequence',
  '',
] as const
export const labelStatuses = [
  'UNLABELED',
  'PRELABELED',
  'LABELING_IN_PROGRESS',
  'LABELED',
  'REVIEWING_IN_PROGRESS',
  'REVIEWED',
  'REJECTED',
  'SKIPPED',
  'VERIFIED',
] as const

const name = z.string().trim().min(1).max(255)
const object = z.record(z.string(), z.json())
const version = z.union([z.string(), z.number()])

/* Datasets */

const attributeBase = {
  name: z.string().min(1),
  is_mandatory: z.boolean().nullish(),
  is_track_level: z.boolean().nullish(),
  synced_across_sensors: z.boolean().nullish(),
  sensor_filter: z.string().nullish(),
}
const limit = z.union([z.number(), z.string()]).nullish()
const taskAttribute = z.discriminatedUnion('input_type', [
  z.looseObject({
    ...attributeBase,
    input_type: z.literal('select'),
    values: z.array(z.string()),
    default_value: z.string().nullish(),
  }),
  z.looseObject({
    ...attributeBase,
    input_type: z.literal('multiselect'),
    values: z.array(z.string()),
    default_value: z.union([z.string(), z.array(z.string())]).nullish(),
  }),
  z.looseObject({
    ...attributeBase,
    input_type: z.literal('text'),
    default_value: z.string().nullish(),
  }),
  z.looseObject({
    ...attributeBase,
    input_type: z.literal('number'),
    default_value: z.number().nullish(),
    min: limit,
    max: limit,
    step: limit,
  }),
  z.looseObject({
    ...attributeBase,
    input_type: z.literal('checkbox'),
    default_value: z.boolean().nullish(),
  }),
  z.looseObject({ ...attributeBase, input_type: z.enum(['vector3', 'quaternion', 'points']) }),
])
const byte = z.int().min(0).max(255)
const category = z.looseObject({
  name: z.string().min(1),
  id: z.int().min(0),
  color: z.array(byte).min(3).max(4).nullish(),
  has_instances: z.boolean().nullish(),
  attributes: z.array(taskAttribute).nullish(),
  link_attributes: z.array(taskAttribute).nullish(),
  link_category_restrictions: z.array(z.int()).nullish(),
  description: z.string().nullish(),
})
const isUnique = (values: readonly unknown[]) => new Set(values).size === values.length
const taskAttributes = z.looseObject({
  format_version: version.optional(),
  categories: z
    .array(category)
    .min(1)
    .refine((all) => isUnique(all.map(({ id }) => id)), 'Category ids must be unique.')
    .refine((all) => isUnique(all.map((one) => one.name)), 'Category names must be unique.')
    .optional(),
  image_attributes: z.array(taskAttribute).nullish(),
})
const flags = Object.fromEntries(
  [
    'enable_skip_labeling',
    'enable_skip_reviewing',
    'enable_ratings',
    'enable_interpolation',
    'enable_same_dimensions_track_constraint',
    'enable_save_button',
    'enable_label_status_verified',
    'enable_3d_cuboid_rotation',
    'enable_3d_region_of_interest',
    'enable_confirm_on_submit',
    'enable_object_linking',
    'enable_object_link_category_restrictions',
    'enable_extrapolation',
    'archived',
    'public',
  ].map((flag) => [flag, z.boolean().optional()]),
)
const datasetParts = {
  ...flags,
  description: z.string().optional(),
  task_type: z.enum(taskTypes).optional(),
  task_attributes: taskAttributes.optional(),
  category: z.string().min(1).optional(),
  readme: z.string().optional(),
  labeling_inactivity_timeout_seconds: z.int().min(1).optional(),
  metadata: object.optional(),
  region_of_interest: object.nullish(),
}
const datasetName = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[\w.-]+$/, {
    error: 'Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.',
  })
export const newDataset = z.strictObject({
  ...datasetParts,
  name: datasetName,
  data_type: z.literal('IMAGE').optional(),
})
export const changedDataset = z.strictObject({
  ...datasetParts,
  use_timestamps_for_interpolation: z.boolean().optional(),
})
export const clone = z.strictObject({
  name: datasetName,
  clone_labels: z.boolean().optional(),
  task_type: z.enum(taskTypes).optional(),
  public: z.boolean().optional(),
  owner: z.string().min(1).optional(),
})
const role = z.enum(['viewer', 'labeler', 'reviewer', 'manager', 'admin'])
export const newCollaborator = z.strictObject({ user: z.string().min(1), role })
export const changedCollaborator = z.strictObject({ role })
export const newLabelset = z.strictObject({
  name: z.string().regex(/^[\w.-]+$/, {
    error: 'Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.',
  }),
  description: z.string(),
  attributes: z.literal('{}'),
})
export const newRelease = z.strictObject({ name, description: z.string().optional() })

/* Samples */

const place = z.string().regex(/^(https?|s3|gs):\/\/\S+$/, { error: 'Enter a valid URL.' })
const image = z.looseObject({ url: place })
const imageSample = z.looseObject({ image })
const imageFrames = z.looseObject({ frames: z.array(imageSample).min(1) })
const cloud = z.looseObject({ pcd: z.looseObject({ url: place, type: z.string().min(1) }) })
const cloudFrames = z.looseObject({ frames: z.array(cloud).min(1) })
const sensors = z.looseObject({
  sensors: z
    .array(z.looseObject({ name: z.string().min(1), task_type: z.enum(taskTypes), attributes: object }))
    .min(1),
})
/** What the samples of a dataset hold, by its task type. */
function sampleAttributes(taskType: string): z.ZodType<Record<string, unknown>> {
  if (taskType === '') return object
  if (taskType === 'multisensor-sequence') return sensors
  const isSequence = taskType.endsWith('-sequence')
  if (taskType.startsWith('pointcloud')) return isSequence ? cloudFrames : cloud
  return isSequence ? imageFrames : imageSample
}
const sampleParts = (taskType: string) => ({
  name,
  attributes: sampleAttributes(taskType),
  metadata: object.optional(),
  priority: z.number().optional(),
  readme: z.string().optional(),
  assigned_labeler: z.string().nullish(),
  assigned_reviewer: z.string().nullish(),
})
export const newSample = (taskType: string) => z.strictObject(sampleParts(taskType))
export type NewSample = z.infer<ReturnType<typeof newSample>>
export const changedSample = (taskType: string) => newSample(taskType).partial()
export const doomedSamples = z.strictObject({ uuids: z.array(z.string()).min(1).max(1000) })

/* Labels */

const attributeValue = z.json()
const objectBase = {
  id: z.int().min(1).max(16_777_215),
  track_id: z.int().nullish(),
  category_id: z.int().min(0),
  attributes: z.record(z.string(), attributeValue).nullish(),
}
const unique = 'Object ids must be unique.'
const bitmapLabel = z.looseObject({
  format_version: version.nullish(),
  annotations: z.array(z.looseObject(objectBase)).refine((all) => isUnique(all.map(({ id }) => id)), unique),
  segmentation_bitmap: z.looseObject({ url: place.nullish() }),
  image_attributes: object.nullish(),
})
const leastPoints = { bbox: 2, polygon: 3, polyline: 2, point: 1 } as const
const mostPoints = { bbox: 2, polygon: Infinity, polyline: Infinity, point: 1 } as const
const vectorLabel = (types: readonly ('bbox' | 'polygon' | 'polyline' | 'point')[]) =>
  z.looseObject({
    format_version: version.nullish(),
    annotations: z
      .array(
        z
          .looseObject({
            ...objectBase,
            type: z.enum(types),
            points: z.array(z.tuple([z.number(), z.number()])),
          })
          .refine(
            ({ type, points }) => points.length >= leastPoints[type] && points.length <= mostPoints[type],
            'The number of points does not fit the type.',
          ),
      )
      .refine((all) => isUnique(all.map(({ id }) => id)), unique),
    image_attributes: object.nullish(),
  })
const frames = z.looseObject({ frames: z.array(z.looseObject({ annotations: z.array(object) })) })
const cloudLabel = z.looseObject({ annotations: z.array(object) })
const sensorLabels = z.looseObject({
  sensors: z.array(z.looseObject({ name: z.string(), task_type: z.enum(taskTypes), attributes: z.json() })),
})
function labelAttributes(taskType: string): z.ZodType<Record<string, unknown>> {
  if (taskType === '') return object
  if (taskType.startsWith('segmentation-bitmap')) return bitmapLabel
  if (taskType === 'bboxes') return vectorLabel(['bbox'])
  if (taskType === 'keypoints') return vectorLabel(['point'])
  if (taskType === 'vector') return vectorLabel(['bbox', 'polygon', 'polyline', 'point'])
  if (taskType === 'multisensor-sequence') return sensorLabels
  return taskType.endsWith('-sequence') ? frames : cloudLabel
}
export const newLabel = (taskType: string) =>
  z.strictObject({
    label_status: z.enum(labelStatuses).optional(),
    attributes: labelAttributes(taskType).nullable(),
    score: z.number().nullish(),
  })
export const changedLabel = (taskType: string) => newLabel(taskType).partial()

/* Issues and assets */

const spot = { sensor: z.string().nullish(), frame: z.int().nullish() }
const anchor = z.discriminatedUnion('type', [
  z.strictObject({ ...spot, type: z.literal('basic') }),
  z.strictObject({
    ...spot,
    type: z.literal('track'),
    trackNumber: z.int(),
    trackAttribute: z.string().nullish(),
  }),
  z.strictObject({ ...spot, type: z.literal('sceneAttribute'), sceneAttribute: z.string() }),
  z.strictObject({
    ...spot,
    type: z.literal('location'),
    location: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('2d'), x: z.number(), y: z.number() }),
      z.strictObject({ type: z.literal('3d'), x: z.number(), y: z.number(), z: z.number() }),
    ]),
  }),
])
export const newIssue = z.strictObject({
  description: z.string().trim().min(1),
  status: z.enum(['OPEN', 'CLOSED']).optional(),
  anchor: anchor.nullish(),
})
export const changedIssue = newIssue.partial()
export const newAsset = z.strictObject({
  filename: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^/\\]+$/, { error: 'Enter a file name.' }),
})
