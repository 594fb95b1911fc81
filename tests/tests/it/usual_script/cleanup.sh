#!/bin/sh
# The clean-up that people put before a destroy, as it is handed around: whatever the listing says is deleted.
ELB=$(aws elb describe-load-balancers --query 'LoadBalancerDescriptions[*].LoadBalancerName' --output text)
aws elb delete-load-balancer --load-balancer-name $ELB
sleep 30
terraform destroy -auto-approve
