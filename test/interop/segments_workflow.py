"""The whole workflow of the official Segments.ai client, on the server of SEGMENTS_TEST_URL. Prints what it saw as JSON."""

import io
import json
import os
import sys
import time

import numpy as np
import requests
from PIL import Image
from segments import SegmentsClient, SegmentsDataset
from segments import exceptions as errors
from segments.utils import bitmap2file, export_dataset

url = os.environ["SEGMENTS_TEST_URL"]
told = {}
WIDTH, HEIGHT = 60, 40


def refused(name, work):
    """The class and the words of what a call is refused with."""
    try:
        work()
        told[name] = None
    except errors.SegmentsError as e:
        told[name] = [type(e).__name__, str(e)[:200]]


refused("wrong key", lambda: SegmentsClient("wrong", api_url=url))
client = SegmentsClient(os.environ["SEGMENTS_TEST_KEY"], api_url=url)
told["user"] = client.get_user().username
told["other user"] = client.get_user("colleague").username

categories = [
    {"id": 1, "name": "road", "color": [10, 20, 30], "has_instances": False},
    {
        "id": 2,
        "name": "car",
        "color": [200, 30, 40],
        "has_instances": True,
        "note": "kept",
        "attributes": [
            {"name": "parked", "input_type": "checkbox", "default_value": False},
            {"name": "colour", "input_type": "select", "values": ["red", "blue"]},
            {"name": "wheels", "input_type": "number", "min": "0", "max": 8, "step": ""},
        ],
    },
]
task = {"format_version": "0.1", "categories": categories}
dataset = client.add_dataset("street", "Streets.", task_attributes=task, metadata={"wandb_project": "p"})
told["dataset"] = [dataset.full_name, dataset.task_type, dataset.task_attributes.categories[1].note]
refused("dataset twice", lambda: client.add_dataset("street"))
refused("no dataset", lambda: client.get_dataset("me/nothing"))
told["datasets"] = [d.full_name for d in client.get_datasets()]
told["description"] = client.update_dataset("me/street", description="Roads.").description


def image_file(seed):
    """A picture with a little of everything in it, the same each time."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    pixels = np.stack([(x * 4 + seed) % 256, (y * 6) % 256, (x * y + seed) % 256], axis=2).astype(np.uint8)
    f = io.BytesIO()
    Image.fromarray(pixels).save(f, "PNG")
    f.seek(0)
    return f


def mask(shift):
    """Two blocks, one with a hole, and a road below; the areas are known."""
    ids = np.zeros((HEIGHT, WIDTH), np.uint32)
    ids[2:10, 3 + shift : 20 + shift] = 2
    ids[5:7, 8 + shift : 10 + shift] = 0
    ids[20:25, 30:42] = 3
    ids[30:40, :] = 1
    return ids


annotations = [
    {"id": 1, "category_id": 1},
    {"id": 2, "category_id": 2, "attributes": {"parked": True, "colour": "red"}},
    {"id": 3, "category_id": 2},
]
urls = [client.upload_asset(image_file(i), f"s{i}.png").url for i in range(4)]
first = client.add_sample("me/street", "s0.png", {"image": {"url": urls[0]}}, metadata={"city": "here"}, priority=2)
refused("sample twice", lambda: client.add_sample("me/street", "s0.png", {"image": {"url": urls[0]}}))
bulk = [{"name": f"s{i}.png", "attributes": {"image": {"url": urls[i]}}} for i in range(4)]
samples = client.add_samples("me/street", bulk)
told["bulk"] = [samples[0].uuid == first.uuid, len(samples)]
told["pages"] = [[s.name for s in client.get_samples("me/street", per_page=3, page=p)] for p in (1, 2)]
refused("page too far", lambda: client.get_samples("me/street", per_page=2, page=3))
told["found"] = [
    [s.name for s in client.get_samples("me/street", name="s3")],
    [s.name for s in client.get_samples("me/street", metadata="city:here")],
    [s.name for s in client.get_samples("me/street", sort="priority", direction="desc", per_page=1)],
]
told["sample"] = client.update_sample(samples[1].uuid, metadata={"city": "there"}, assigned_labeler=None).metadata
told["own dataset"] = client.get_sample(samples[1].uuid).dataset.full_name

refused("no label", lambda: client.get_label(samples[0].uuid))
for i in range(3):
    file = client.upload_asset(bitmap2file(mask(i)))
    attributes = {
        "format_version": "0.1",
        "annotations": annotations,
        "segmentation_bitmap": {"url": file.url},
        "image_attributes": {"weather": "dry"},
    }
    client.add_label(samples[i].uuid, "ground-truth", attributes, label_status="LABELED", enable_compression=i != 1)
label = client.get_label(samples[0].uuid)
told["label"] = [label.label_status, label.created_by, len(label.attributes.annotations), label.label_type]
changed = client.update_label(samples[0].uuid, "ground-truth", label_status="REVIEWED", score=0.5)
told["changed"] = [changed.label_status, changed.score, changed.updated_at > label.updated_at, changed.reviewed_by]
told["statuses"] = [
    s.label.label_status if s.label else None for s in client.get_samples("me/street", labelset="ground-truth")
]
full = client.get_samples("me/street", labelset="ground-truth", label_status="REVIEWED", include_full_label=True)
told["full"] = full[0].label.attributes.annotations[1].attributes

client.add_labelset("me/street", "model", "Predictions.")
refused("labelset twice", lambda: client.add_labelset("me/street", "model"))
told["labelsets"] = [labelset.name for labelset in client.get_labelsets("me/street")]
client.add_label(samples[3].uuid, "model", attributes, score=0.25)
client.delete_label(samples[3].uuid, "model")
refused("label gone", lambda: client.get_label(samples[3].uuid, "model"))

issue = client.add_issue(samples[0].uuid, "The edge is off.", anchor={"type": "location", "location": {"type": "2d", "x": 1, "y": 2}})
client.update_issue(issue.uuid, status="CLOSED")
told["issues"] = [[i.sample_name, i.status, i.anchor.location.x] for i in client.get_issues("me/street")]
client.delete_issue(issue.uuid)

# The same by objects instead of names.
thing = client.get_dataset("me/street")
named = thing.get_samples(labelset="ground-truth")[1]
named.get_label().update(label_status="LABELED")
found = client.get_sample(named.uuid, include_signed_url=True).attributes.image
told["signed"] = requests.get(found.signed_url).content == requests.get(found.url).content
told["objects"] = [named.dataset.full_name, thing.get_labelset("model").description, named.update(priority=3).priority]
thing.get_labelset("model").delete()
thing.add_release("short").delete()

told["collaborator"] = client.add_dataset_collaborator("me/street", "colleague", "reviewer").role
refused("collaborator twice", lambda: client.add_dataset_collaborator("me/street", "colleague"))
told["role"] = client.update_dataset_collaborator("me/street", "colleague", "manager").role
client.delete_dataset_collaborator("me/street", "colleague")
refused("no collaborator", lambda: client.get_dataset_collaborator("me/street", "colleague"))
told["workunits"] = sorted({u.work_type for u in client.get_workunits("me/street", include_session_time_metrics=True)})
copy = client.clone_dataset("me/street", clone_labels=True)
told["clone"] = [copy.full_name, copy.cloned_from, copy.label_stats.LABELED, copy.label_stats.TOTAL]
extra = client.add_sample("me/street-clone", "extra.png", {"image": {"url": urls[0]}})
told["deleted"] = client.delete_samples("me/street-clone", [extra.uuid]).deleted_count
client.delete_dataset("me/street-clone")


def released(name, version):
    """A release when it is done."""
    first = client.add_release(name, version)
    assert first.status == "PENDING" and first.attributes.url is None
    while (now := client.get_release(name, version)).status == "PENDING":
        time.sleep(0.02)
    return now


release = released("me/street", "v0.1")
refused("release twice", lambda: client.add_release("me/street", "v0.1"))
told["releases"] = [[r.name, r.status, r.samples_count] for r in client.get_releases("me/street")]
told["file"] = requests.get(release.attributes.url).json()["dataset"]["samples"][3]["labels"]


def loaded(release):
    return SegmentsDataset(release, segments_dir="cache")


def sizes(folder, suffix):
    """Of each picture that ends so: how many pixels of each value."""
    counts = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith(suffix):
            values, sums = np.unique(np.array(Image.open(os.path.join(folder, name))), return_counts=True)
            counts[name] = dict(zip(map(str, values.tolist()), sums.tolist()))
    return counts


dataset = loaded(release)
told["length"] = [len(dataset), dataset[0]["segmentation_bitmap"].size, dataset[3]["annotations"]]
told["filtered"] = len(SegmentsDataset(release, segments_dir="cache", filter_by=["reviewed"]))
cache = "cache/me_street/v0.1"
name, _ = export_dataset(dataset, "out", export_format="coco-instance")
told["coco-instance"] = [
    [a["category_id"], a["bbox"], a["area"], a["segmentation"]["size"]] for a in json.load(open(name))["annotations"]
]
name, _ = export_dataset(dataset, "out", export_format="coco-panoptic")
told["coco-panoptic"] = [
    [[s["category_id"], s["bbox"], s["area"]] for s in a["segments_info"]] for a in json.load(open(name))["annotations"]
]
name, _ = export_dataset(dataset, "out", export_format="polygon")
told["polygon"] = [[a["category_id"], len(a["polygons"])] for a in json.load(open(name))["annotations"]]
for kind, suffix in [
    ("instance", "_instance.png"),
    ("instance-color", "_instance_colored.png"),
    ("semantic", "_semantic.png"),
    ("semantic-color", "_semantic_colored.png"),
]:
    os.makedirs("out/" + kind, exist_ok=True)
    export_dataset(dataset, "out/" + kind, export_format=kind)
    told[kind] = sizes("out/" + kind, suffix)

shapes = {
    "bboxes": [{"id": 1, "category_id": 1, "type": "bbox", "points": [[6, 4], [30, 20.5]]}],
    "vector": [
        {"id": 1, "category_id": 1, "type": "bbox", "points": [[6, 4], [30, 20.5]]},
        {"id": 2, "category_id": 2, "type": "polygon", "points": [[1, 2], [9.5, 2], [5, 7]]},
        {"id": 3, "category_id": 2, "type": "polyline", "points": [[1, 2], [9, 2]]},
        {"id": 4, "category_id": 2, "type": "point", "points": [[5.5, 6.25]]},
    ],
}
for kind, objects in shapes.items():
    client.add_dataset(kind, task_type=kind, task_attributes=task)
    sample = client.add_sample("me/" + kind, "a.png", {"image": {"url": urls[0]}})
    sample.add_label("ground-truth", {"annotations": objects}, label_status="LABELED")
    client.add_sample("me/" + kind, "b.png", {"image": {"url": urls[1]}})
    dataset = loaded(released("me/" + kind, "v1"))
    name, _ = export_dataset(dataset, "out", export_format="coco-instance")
    told[kind] = [{k: a[k] for k in ("bbox", "points", "keypoints") if k in a} for a in json.load(open(name))["annotations"]]
    export_dataset(dataset, "out", export_format="yolo")
    told[kind + " yolo"] = open(f"out/cache/me_{kind}/v1/a.txt").read()

with client:
    refused("throttled", client.get_user)
    refused("throttled politely", client.get_user)
    refused("time-out", client.get_user)
    told["waited"] = client.get_user().username
sys.stdout.write("\n" + json.dumps(told))
