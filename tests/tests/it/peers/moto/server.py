"""moto as a server on a port of its own. Says on one line of JSON where it answers and which network it has.

Ends when its standard input does, so it cannot outlive whoever started it.
"""
import json, sys

import boto3
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
endpoint = f"http://{host}:{port}"

# What it begins with, as the sandbox does, is one VPC with a subnet in every zone; and a machine.
ec2 = boto3.client("ec2", endpoint_url=endpoint)
subnets = sorted(ec2.describe_subnets()["Subnets"], key=lambda subnet: subnet["AvailabilityZone"])
vpc = subnets[0]["VpcId"]
groups = [
    ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"] for name in ("one", "two")
]
machine = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SubnetId=subnets[2]["SubnetId"])
names = {"VPC": vpc, "MACHINE": machine["Instances"][0]["InstanceId"]}
names.update({f"SUBNET_{n}": subnet["SubnetId"] for n, subnet in enumerate(subnets, 1)})
names.update({f"GROUP_{n}": group for n, group in enumerate(groups, 1)})
print(json.dumps({"endpoint": endpoint, "names": names}), flush=True)
sys.stdin.read()
