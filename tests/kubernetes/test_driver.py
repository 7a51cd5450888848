"""The sandbox driver and the manifests agree: where pods are made, what they are, and what the service's account may do."""

import inspect
from typing import Any

import cel
import pytest
from aiohttp import web
from manifests import named, of_kind, overlay, settings

from barnraise.sandbox.adapters.kubernetes.cluster import ApiError, Cluster, Place, find
from barnraise.sandbox.domain.limits import LIMITS
from barnraise.sandbox.domain.pods import Mold, manifest
from barnraise.sandbox.settings import Settings

VERBS = {"POST": "create", "DELETE": "delete"}


def configured() -> Settings:
    values = {
        key.removeprefix("BARNRAISE_").lower(): value for key, value in settings(overlay("prod"), "sandbox").items() if "BARNRAISE_" in key
    }
    space = named(overlay("prod"), "Deployment", "sandbox")["metadata"]["namespace"]  # which the pod is told by the downward API
    return Settings(**{"nats_url": "-", "database_url": "-", "sandbox_namespace": space} | values)  # type: ignore[arg-type]


def test_a_sandbox_is_made_where_and_as_the_manifests_expect() -> None:
    documents, ours = overlay("prod"), configured()
    assert ours.sandbox_driver == "kubernetes"
    assert ours.sandbox_image.startswith("registry.example.org/barnraise/sandboxes:")
    spaces = {space["metadata"]["name"] for space in of_kind(documents, "Namespace")}
    assert ours.sandbox_namespace in spaces
    (runtime,) = of_kind(documents, "RuntimeClass")
    assert ours.sandbox_runtime_class == runtime["metadata"]["name"]
    claim = named(documents, "PersistentVolumeClaim", ours.sandbox_claim)
    assert claim["metadata"]["namespace"] == ours.sandbox_namespace
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    spec = named(documents, "Deployment", "sandbox")["spec"]["template"]["spec"]
    (mount,) = [mount for mount in spec["containers"][0]["volumeMounts"] if mount["mountPath"] == str(ours.data_dir)]
    assert {"name": mount["name"], "persistentVolumeClaim": {"claimName": ours.sandbox_claim}} in spec["volumes"]
    (quota,) = of_kind(documents, "ResourceQuota")
    for kind, limits in LIMITS.items():
        mold = Mold(
            "n", "barnraise-0123456789", ours.sandbox_image, ours.sandbox_runtime_class, 20001, ["python"], (ours.sandbox_claim, "p")
        )
        pod: Any = manifest(mold, limits)
        assert _refused(pod) == "", kind
        resources = pod["spec"]["containers"][0]["resources"]
        for wanted in quota["spec"]["hard"]:  # a quota refuses pods that do not say what it counts
            group, _, resource = wanted.partition(".")
            assert not resource or resource in resources[group]


SECRET = {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "sandbox", "key": "BARNRAISE_DATABASE_URL"}}}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"runtimeClassName": "runc"}, "runtime class"),
        ({"runtimeClassName": None}, "runtime class"),
        ({"automountServiceAccountToken": True}, "token"),
        ({"automountServiceAccountToken": None}, "token"),
        ({"volumes": [{"name": "node", "hostPath": {"path": "/"}}]}, "mount"),
        ({"volumes": [{"name": "key", "secret": {"secretName": "sandbox"}}]}, "mount"),
        ({"volumes": [{"name": "other", "persistentVolumeClaim": {"claimName": "postgres"}}]}, "mount"),
        ({"volumes": None}, "mount"),
        ({"containers": [{"name": "main", "envFrom": [{"secretRef": {"name": "sandbox"}}]}]}, "secret"),
        ({"containers": [{"name": "main", "env": [{"name": "A", "value": "b"}, SECRET]}]}, "secret"),
        ({"initContainers": [{"name": "first", "env": [SECRET]}]}, "one kind"),
    ],
)
def test_the_admission_policy_refuses_what_the_driver_never_asks_for(change: dict[str, Any], why: str) -> None:
    mold = Mold("n", "barnraise-0123456789", "image", "gvisor", 20001, ["python"], ("previews", "p"))
    pod: Any = manifest(mold, next(iter(LIMITS.values())))
    assert _refused(pod) == ""
    spec = {name: value for name, value in (pod["spec"] | change).items() if value is not None}
    assert why in _refused({**pod, "spec": spec})


async def test_the_account_may_do_what_the_driver_asks_and_nothing_else() -> None:
    asked: set[tuple[str, str, str]] = set()

    async def record(request: web.Request) -> web.Response:
        path = request.path.split("/")
        where = path.index("namespaces")
        group = "" if path[1] == "api" else path[2]
        resource, rest = path[where + 2], path[where + 3 :]
        verb = VERBS.get(request.method) or ("watch" if request.query.get("watch") else "get" if rest else "list")
        assert path[where + 1] == "barnraise-sandboxes"
        asked.add((group, "/".join([resource, *rest[1:]]), verb))
        return web.json_response({"items": [], "message": "no"}, status=404 if rest[1:] else 200)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", record)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    cluster = Cluster(Place(f"http://127.0.0.1:{runner.addresses[0][1]}", configured().sandbox_namespace))
    calls = {name for name, _ in inspect.getmembers(Cluster, inspect.isfunction) if not name.startswith("_")}
    assert calls == {"create", "get", "list", "delete", "watch", "execute", "apply_policy", "close"}, (
        "a new call needs a right, and a line here"
    )
    await cluster.create({})
    await cluster.get("p")
    await cluster.list({"a": "b"})
    await cluster.delete("p")
    await cluster.apply_policy({})
    async for _ in cluster.watch("p"):
        pass
    try:
        async with cluster.execute("p", "c", ["true"]):
            pass
    except Exception as refused:
        assert not isinstance(refused, ApiError)
    await cluster.close()
    await runner.cleanup()
    # An exec is a GET that becomes a WebSocket; servers before 1.35 ask for the right to create as well.
    asked.add(("", "pods/exec", "create"))
    role = named(overlay("prod"), "Role", "sandbox")
    allowed = {(g, r, v) for rule in role["rules"] for g in rule["apiGroups"] for r in rule["resources"] for v in rule["verbs"]}
    assert allowed == asked


def test_the_cluster_around_is_found_by_the_mounted_token() -> None:
    place = find("", "barnraise-sandboxes", {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"})
    assert place
    assert str(place.token).startswith("/var/run/secrets/kubernetes.io/serviceaccount/"), "where a pod finds it that may have one"


def _refused(pod: Any) -> str:
    """The message of the first rule of components/gvisor/admission.yaml that does not hold, as the API server reads them; nothing for a pod
    that is let in. A rule that cannot be computed does not hold: the policy fails closed."""
    (policy,) = of_kind(overlay("prod"), "ValidatingAdmissionPolicy")
    asks = {"object": pod, "request": {"userInfo": {"username": "system:serviceaccount:barnraise-sandboxes:sandbox"}}}
    (condition,) = policy["spec"]["matchConditions"]
    assert policy["spec"]["failurePolicy"] == "Fail" and cel.evaluate(condition["expression"], asks)
    for rule in policy["spec"]["validations"]:
        try:
            holds = cel.evaluate(rule["expression"], asks)
        except (KeyError, TypeError, ValueError, RuntimeError):
            holds = False
        if not holds:
            return str(rule["message"])
    return ""
