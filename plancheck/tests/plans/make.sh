#!/usr/bin/env bash
# Makes every plan in this folder anew: the example ecs-with-aws-provider, with the real Terraform, the real AWS provider
# and this workspace's provider, against the sandbox. Asks no registry: providers come from this machine's disk.
#
#   cargo xtask plans
#
# builds what it needs and runs it with both versions of Terraform. PROVIDER, SANDBOX, MIRROR and TERRAFORM name the
# programs and the mirror of the AWS provider if they lie elsewhere, OUT a folder other than this one; ONLY names plans: no
# others are made, and it ends with the last of them.
# What is kept of a plan: whatever a reader could stumble over, in Terraform's own order. Left out are planned_values (a
# copy of the changes), the configuration, and of drift and prior state what is neither ours nor an ECS service. Ids that
# AWS draws are numbered and times are one, so that a second run changes little.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
provider=${PROVIDER:-$root/target/debug/terraform-provider-bluegreen}
sandbox=${SANDBOX:-$root/target/debug/bluegreen-sandbox}
mirror=${MIRROR:-$root/.cache/mirror}
terraform=${TERRAFORM:-terraform}
out=${OUT:-$here}
only=${ONLY:-}

folder=$(mktemp -d)
trap 'kill "$aws" 2>/dev/null || true; rm -rf "$folder"' EXIT
mkdir -p "$folder/main" "$folder/home" "$folder/plugins/registry.terraform.io/bluegreen-rs/bluegreen/0.1.0/linux_amd64"
ln -s "$provider" "$folder/plugins/registry.terraform.io/bluegreen-rs/bluegreen/0.1.0/linux_amd64/terraform-provider-bluegreen_v0.1.0"

"$sandbox" --time-scale 0.02 --release-times 0 >"$folder/endpoint" 2>"$folder/sandbox.log" &
aws=$!
for _ in $(seq 600); do [ -s "$folder/endpoint" ] && break; sleep 0.1; done
[ -s "$folder/endpoint" ] || { echo "the sandbox does not start: $(cat "$folder/sandbox.log")" >&2; exit 1; }
endpoint=$(grep -o 'http://[^ ]*' "$folder/endpoint" | head -1)

cat >"$folder/cli.tfrc" <<TFRC
provider_installation {
  filesystem_mirror {
    path    = "$folder/plugins"
    include = ["registry.terraform.io/bluegreen-rs/bluegreen"]
  }
  filesystem_mirror {
    path    = "$mirror"
    exclude = ["registry.terraform.io/bluegreen-rs/bluegreen"]
  }
}
TFRC
export TF_CLI_CONFIG_FILE=$folder/cli.tfrc HOME=$folder/home CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=eu-central-1 AWS_ENDPOINT_URL=$endpoint
export AWS_EC2_METADATA_DISABLED=true

cp "$root"/examples/ecs-with-aws-provider/*.tf "$folder/main/"
cp "$here"/made-of/*.tf "$folder/main/"
cat >"$folder/main/sandbox_override.tf" <<TF
provider "aws" {
  access_key                  = "sandbox"
  secret_key                  = "sandbox"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
  endpoints {
    ec2 = "$endpoint"
    ecs = "$endpoint"
    elb = "$endpoint"
    iam = "$endpoint"
    eks = "$endpoint"
    sts = "$endpoint"
  }
}
provider "bluegreen" {
  max_mutations_per_second = 1000
}
TF
cat >"$folder/main/place.auto.tfvars" <<'TFVARS'
vpc_id             = "vpc-0b1ae6f0c0ffee000"
subnet_ids         = ["subnet-11111111", "subnet-22222222"]
security_group_ids = ["sg-11111111"]
image              = "reference-application"
rollback_window    = "1h"
steps              = [{ weight = 10, bake = "200ms" }, { weight = 50, bake = "200ms" }]
final_bake         = "200ms"
drain              = "100ms"
TFVARS
cd "$folder/main"
"$terraform" init -input=false -no-color >/dev/null

# flags RELEASE ENABLE ACTIVATE PROMOTE: the arguments of a release.
flags() {
  printf -- '-var=release=%s\n-var=enable_canary=%s\n-var=activate_canary=%s\n-var=promote_to_all=%s\n' "$@"
}
# plan NAME ARGS…: keeps the plan under that name.
plan() {
  local name=$1
  shift
  wanted "$name" || return 0
  echo "$name" >&2
  "$terraform" plan -input=false -no-color -out=saved.tfplan "$@" >"$folder/plan.log" || { cat "$folder/plan.log" >&2; return 1; }
  "$terraform" show -json saved.tfplan | kept >"$out/$name.json"
  if [ -n "$only" ]; then
    only=" $only "
    only=${only/ $name / }
    [ -n "${only// /}" ] || exit 0
  fi
}
# wanted NAME: somebody asked for it, or for no plan in particular.
wanted() { [ -z "$only" ] || [[ " $only " == *" $1 "* ]]; }
apply() {
  echo "  apply $*" >&2
  "$terraform" apply -input=false -no-color -auto-approve "$@" >"$folder/apply.log" 2>&1
}
# with NAME COMMAND…: runs it with NAME.tf and NAME_override.tf of the overlays beside the configuration.
with() {
  local name=$1
  shift
  local files
  files=$(cd "$here/made-of/overlays" && ls "$name.tf" "${name}_override.tf" 2>/dev/null || true)
  for file in $files; do cp "$here/made-of/overlays/$file" .; done
  "$@"
  rm -f $files
}
# ecs ACTION JSON: calls ECS, as somebody would by hand.
ecs() {
  python3 -c '
import sys, urllib.request
endpoint, action, body = sys.argv[1:]
urllib.request.urlopen(urllib.request.Request(endpoint, body.encode(), {
    "X-Amz-Target": f"AmazonEC2ContainerServiceV20141113.{action}",
    "Content-Type": "application/x-amz-json-1.1",
    "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/ecs/aws4_request, SignedHeaders=host, Signature=0",
}))' "$endpoint" "$@"
}
# state ADDRESS ATTRIBUTE: of a resource of the root module.
state() {
  "$terraform" show -json | python3 -c '
import json, sys
address, attribute = sys.argv[1:]
resources = json.load(sys.stdin)["values"]["root_module"]["resources"]
print(next(it["values"][attribute] for it in resources if it["address"] == address))' "$@"
}
# enter NAME: goes on in another configuration of made-of.
enter() {
  mkdir -p "$folder/$1"
  cp -r "$here/made-of/$1"/* "$folder/main/sandbox_override.tf" "$folder/$1/"
  cd "$folder/$1"
  "$terraform" init -input=false -no-color >/dev/null
}
# What is kept of a plan, with the ids that AWS draws numbered, and without the sandbox's address.
kept() {
  python3 -c '
import json, re, sys
plan = json.load(sys.stdin)
for member in ["planned_values", "configuration", "timestamp", "relevant_attributes"]:
    plan.pop(member, None)
def ours(resources):
    return [it for it in resources if it["type"].startswith("bluegreen_") or it["type"] == "aws_ecs_service"]
if "resource_drift" in plan:
    plan["resource_drift"] = ours(plan["resource_drift"])
def module(state):
    if "resources" in state:
        state["resources"] = ours(state["resources"])
    for child in state.get("child_modules", []):
        module(child)
module(plan.get("prior_state", {}).get("values", {}).get("root_module", {}))
seen = {}
def number(match):
    drawn = match.group(0)
    return seen.setdefault(drawn, f"{len(seen) + 1:0{len(drawn)}x}")
text = json.dumps(plan, indent=1)
text = re.sub(r"(?<=[/-])[0-9a-f]{16,17}\b", number, text)
text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-01-01T00:00:00Z", text)
print(re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:4566", text))
'
}

source "$here/scenes.sh"
