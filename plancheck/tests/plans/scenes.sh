# One plan per scene. Sourced by make.sh.
retired=-var=rollback_window=0s

plan create $(flags v1 false false false)
apply $(flags v1 false false false)
plan nothing $(flags v1 false false false)

# The state forgets the service, and an import block takes it back.
rule=$(state bluegreen_service.web rule_arn)
cp terraform.tfstate "$folder/kept.tfstate"
"$terraform" state rm bluegreen_service.web >/dev/null
printf 'import {\n  to = bluegreen_service.web\n  id = "%s"\n}\n' "$rule" >import.tf
plan import $(flags v1 false false false)
rm import.tf
cp "$folder/kept.tfstate" terraform.tfstate

plan warm $(flags v2 true false false)
plan straight $(flags v2 true false true)
plan canary-unwarmed $(flags v2 true true false)
plan refused $(flags v9 false false false)
plan two-services $(flags v2 true false false) -var=api_release=v2 -var=api_warm=true
plan targeted $(flags v2 true false false) -target='aws_lb_target_group.color["blue"]'
with unknown plan unknown $(flags v2 true false false)
with sensitive plan sensitive $(flags hush-hush true false false)
with fields plan ecs-fields $(flags v1 false false false)
with replaced plan ecs-replaced $(flags v1 false false false)
with groups plan groups-replaced $(flags v1 false false false)

apply $(flags v2 true false false)
plan promote-uncanaried $(flags v2 true false true)
plan canary $(flags v2 true true false)
plan canary-open $(flags v2 true true false) -var='office_ips=["0.0.0.0/0"]'
with second-canary plan canary-disjoint $(flags v2 true true false) -var='vpn_ips=["198.51.100.0/24"]'
with second-canary plan canary-overlap $(flags v2 true true false) -var='vpn_ips=["192.0.2.128/25"]'
with second-canary plan canary-same-priority $(flags v2 true true false) -var='vpn_ips=["198.51.100.0/24"]' -var=vpn_priority=99
apply $(flags v2 true true false)
plan abort $(flags v1 false false false)
plan promote $(flags v2 true false true)
with mixed plan promote-mixed $(flags v2 true false true)
apply $(flags v2 true false true)
plan rollback-warm $(flags v1 false false false)
plan destroy -destroy $(flags v2 true false true)

# By hand: one task where two were asked for.
ecs UpdateService '{"cluster":"main","service":"web-green","desiredCount":1}'
plan drift $(flags v2 true false true)
apply $(flags v2 true false true)

# The window is over as soon as it is a second long, and what it kept is due.
apply -refresh=false $(flags v2 true false true) -var=rollback_window=1s
plan settle $(flags v2 true false true) -var=rollback_window=1s
apply $(flags v2 true false true) $retired
plan rollback-cold $(flags v1 false false false) $retired

apply $(flags v3 true false false) -var=force_error=true $retired && exit 1
plan failed-again $(flags v3 true false true) -var=force_error=true $retired
plan failed-retried $(flags v3 true false true) -var=retry_token=1 $retired
plan failed-rewarmed $(flags v3 true false false) -var=retry_token=1 $retired

listener=-var=listener=$(state aws_lb_listener.http arn)
# services KEY RELEASE FLAGS: the services of the modules; the first keeps its name and place whatever its key.
services() {
  printf -- '-var=services={%s}\n' "$(printf '%s = { name = "cart", priority = 200, release = "%s", flags = [%s] }, search = { name = "search", priority = 300, release = "v1", flags = [false, false, false] }' "$@")"
}
enter modules
plan modules-create "$listener" "$(services cart v1 'false, false, false')"
apply "$listener" "$(services cart v1 'false, false, false')"
plan modules-warm "$listener" "$(services cart v2 'true, false, false')"
plan modules-straight "$listener" "$(services cart v2 'true, false, true')"
with moved plan modules-moved "$listener" "$(services basket v1 'false, false, false')"
with moved plan modules-moved-straight "$listener" "$(services basket v2 'true, false, true')"
plan modules-removed "$listener" '-var=services={}'
rm service/main.tf
cp "$here/made-of/modules-without/main.tf" service/
with forgotten plan modules-forgotten "$listener" "$(services cart v1 'false, false, false')"

enter vpc
apply -var=guarded=true
plan guarded-destroy -destroy -var=guarded=true
apply -destroy -var=guarded=true
apply -var=guarded=false
plan unguarded-destroy -destroy -var=guarded=false
