"""Stands in for `terraform destroy -auto-approve` of the network: the calls that the AWS provider makes for it.

Each is made once, where the provider repeats a refused one for up to 20 minutes; what depends on a refused one is left
out, as Terraform leaves it out. Ends with 1 if anything was refused.
"""
import sys

from awscli.clidriver import create_clidriver


def done(*command):
    return create_clidriver().main(["ec2", *command]) == 0


def main():
    if sys.argv[1:] != ["destroy", "-auto-approve"]:
        sys.exit(f"not a destroy: {sys.argv[1:]}")
    nodes = done("delete-security-group", "--group-id", "sg-shop-nodes")
    first, second = (done("delete-subnet", "--subnet-id", f"subnet-shop-{it}") for it in "ab")
    gateway = done("detach-internet-gateway", "--internet-gateway-id", "igw-shop", "--vpc-id", "vpc-shop")
    gateway = gateway and done("delete-internet-gateway", "--internet-gateway-id", "igw-shop")
    network = nodes and first and second and gateway
    sys.exit(0 if network and done("delete-vpc", "--vpc-id", "vpc-shop") else 1)


main()
