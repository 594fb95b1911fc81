import {
  to = bluegreen_service.web
  id = "web@arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener-rule/app/web-alb/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee"
}
