# A flag that nobody can review: it is known only while applying.
resource "terraform_data" "flag" {
  input = "yes"
}
