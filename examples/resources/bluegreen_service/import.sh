# A rule that bluegreen made: its tags say whose it is, who is stable and what each color holds.
terraform import bluegreen_service.web 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener-rule/app/web-alb/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee'

# Any other rule that just forwards, with the service's name before it.
terraform import bluegreen_service.web 'web@arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener-rule/app/web-alb/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee'

# A listener's default action, for a service without a priority.
terraform import bluegreen_service.web 'web@arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/web-alb/50dc6c495c0c9188/f2f7dc8efc522ab2'
