import type { TourStep } from '../../tour/tour.js';

/** The textbook's S6 to S12: the first networks, deeper and wider ones, and then cheaper ones. */
export const steps: readonly TourStep[] = [
  {
    order: 6.1,
    query: 'models=lenet5&at=lenet5&sort=year&order=up',
    text: {
      en: {
        say: 'LeNet-5 read digits in 1998 with 61,706 parameters: two convolutions, two averages, three dense layers.',
        try: 'Open its blocks from the top: 28×28 becomes 10×10 and then ten numbers.',
        why: 'The first dense layer alone has 48,120 of the parameters, and the second convolution does more than half of the 0.42 million multiply-adds: kernels are shared by all places, dense weights are not.',
      },
      ko: {
        say: 'LeNet-5는 1998년에 파라미터 61,706개로 숫자를 읽었습니다. 합성곱 둘, 평균 풀링 둘, 완전 연결 층 셋입니다.',
        try: '블록을 위에서부터 열어 보세요. 28×28이 10×10이 되고, 끝에는 수 열 개가 남습니다.',
        why: '파라미터 가운데 48,120개가 첫 완전 연결 층에 있고, 곱셈-덧셈 42만 번의 절반 넘게는 둘째 합성곱이 합니다. 커널은 모든 자리가 나눠 쓰지만 완전 연결의 가중치는 그렇지 않습니다.',
      },
    },
  },
  {
    order: 7.1,
    query: 'models=alexnet_two_stream,alexnet_single,lenet5&at=alexnet_two_stream',
    text: {
      en: {
        say: 'AlexNet is LeNet for photos: the same kinds of layers, a thousand times the parameters, in two streams for two graphics cards.',
        try: 'Compare the two AlexNets: which convolutions have half as many weights in two streams?',
        why: 'Where the streams do not meet, a convolution is cut into two groups that see half of the channels each. ReLU, dropout, augmentation and overlapping pooling made training at this size work in 2012.',
      },
      ko: {
        say: 'AlexNet은 사진을 보는 LeNet입니다. 층의 종류는 같고 파라미터는 천 배인데, 그래픽 카드 두 장에 나눠 두 갈래로 흘렀습니다.',
        try: '두 AlexNet을 견주어 보세요. 두 갈래일 때 가중치가 절반인 합성곱은 어느 것인가요?',
        why: '갈래가 만나지 않는 곳에서 합성곱은 두 그룹으로 나뉘어 채널을 절반씩만 봅니다. ReLU, 드롭아웃, 데이터 증강, 겹치는 풀링이 2012년에 이 크기의 학습을 가능하게 했습니다.',
      },
    },
  },
  {
    order: 8.1,
    query: 'models=alexnet,vgg16&by=parameters',
    text: {
      en: {
        say: 'VGG-16 takes 3×3 kernels alone, twice as deep as AlexNet: 71.6 % of ImageNet instead of 56.5 %.',
        try: 'Open the blocks of both: where do the parameters lie?',
        why: 'Two 3×3 kernels see as much as one 5×5, with fewer weights and one more bend between. Most of the 138 million parameters lie in the first dense layer, which hardly computes anything.',
      },
      ko: {
        say: 'VGG-16은 3×3 커널만 씁니다. AlexNet보다 두 배 깊고, ImageNet 정확도는 56.5%에서 71.6%로 올랐습니다.',
        try: '두 모델의 블록을 열어 보세요. 파라미터는 어디에 모여 있나요?',
        why: '3×3 둘을 이으면 5×5 하나만큼 보면서도 가중치는 적고 비선형은 하나 더 많습니다. 1억 3,800만 파라미터의 대부분은 계산은 거의 하지 않는 첫 완전 연결 층에 있습니다.',
      },
    },
  },
  {
    order: 9.1,
    query: 'models=vgg16,googlenet',
    text: {
      en: {
        say: 'GoogLeNet looks with several kernels at once, in branches: about as good as VGG-16 with a tenth of the work.',
        try: 'Open a block of branches and follow its 1×1 convolutions.',
        why: 'A 1×1 convolution first makes few channels of many; the larger kernels behind it then have little to do. Averaging the last map takes the place of the large dense layers.',
      },
      ko: {
        say: 'GoogLeNet은 여러 크기의 커널을 갈래로 나란히 씁니다. 계산은 VGG-16의 10분의 1인데 정확도는 비슷합니다.',
        try: '갈래 블록을 열고 1×1 합성곱을 찾아보세요.',
        why: '1×1 합성곱이 먼저 채널 수를 줄이면 뒤따르는 큰 커널이 할 일이 적어집니다. 큰 완전 연결 층 대신 마지막 맵을 평균합니다.',
      },
    },
  },
  {
    order: 10.1,
    query: 'models=vgg19,resnet50,resnet152&sort=depth',
    text: {
      en: {
        say: 'Shortcuts let networks be deep: ResNet-152 has 152 layers with kernels and costs less than VGG-19.',
        try: 'Compare the three, size by size, and see where each spends its work.',
        why: 'A residual block adds what it computes to what it was given. A block that has nothing to add passes its input on, so that more of them do no harm, and gradients reach the first layers.',
      },
      ko: {
        say: '지름길이 있으면 아주 깊어질 수 있습니다. ResNet-152는 커널 있는 층이 152개인데도 VGG-19보다 계산이 적습니다.',
        try: '세 모델을 같은 맵 크기끼리 견주며 계산이 어디에 몰리는지 보세요.',
        why: '잔차 블록은 계산한 것을 받은 것에 더합니다. 더할 것이 없으면 받은 것을 그대로 넘기므로 블록이 늘어도 해롭지 않고, 기울기가 첫 층까지 닿습니다.',
      },
    },
  },
  {
    order: 11.1,
    query: 'models=resnext50_32x4d,seresnet50,densenet121&by=parameters&at=densenet121',
    text: {
      en: {
        say: 'Four ways to get more for the same work: ResNeXt groups, SENet weighs channels, DenseNet keeps every map, EfficientNet scales all at once.',
        try: 'Open a block of each, and find efficientnet_b0 to b7 in the plot: one shape, eight sizes.',
        why: 'Groups make room for more channels. Squeeze-and-excitation multiplies each channel by a number that follows from the whole picture. DenseNet’s layers read all maps before them and add a few. EfficientNet grows width, depth and resolution in fixed proportions.',
      },
      ko: {
        say: '같은 계산으로 더 얻는 네 길: ResNeXt는 그룹을 나누고, SENet은 채널에 무게를 주고, DenseNet은 맵을 모두 남기고, EfficientNet은 한꺼번에 키웁니다.',
        try: '블록을 하나씩 열어 보고, 그림에서 efficientnet_b0부터 b7까지 찾아보세요. 모양은 하나, 크기는 여덟입니다.',
        why: '그룹으로 나누면 채널을 더 둘 수 있습니다. SENet은 그림 전체에서 나온 수를 채널마다 곱합니다. DenseNet의 층은 앞선 맵을 모두 읽고 몇 개를 보탭니다. EfficientNet은 너비, 깊이, 해상도를 정해진 비율로 키웁니다.',
      },
    },
  },
  {
    order: 12.1,
    query: 'models=vgg16,xception,mobilenet_v2&at=mobilenet_v2',
    text: {
      en: {
        say: 'MobileNet v2 is as good as VGG-16 with a fiftieth of the work: small enough for a camera’s every frame.',
        try: 'Press «Frame test» and see how long one frame takes on your device.',
        why: 'A depthwise convolution gives each channel a kernel of its own, and a 1×1 convolution mixes the channels: together they cost a small part of a full convolution.',
      },
      ko: {
        say: 'MobileNet v2는 VGG-16의 50분의 1만 계산하고도 정확도가 비슷합니다. 카메라 프레임마다 돌릴 만큼 가볍습니다.',
        try: '「프레임 시험」을 눌러 이 기기에서 프레임 하나에 얼마나 걸리는지 보세요.',
        why: '깊이별 합성곱은 채널마다 제 커널을 하나씩 쓰고, 1×1 합성곱이 채널을 섞습니다. 둘을 합쳐도 보통 합성곱의 작은 몫밖에 들지 않습니다.',
      },
    },
  },
];
